"""The history of a server as statistics of Home Assistant.

Map of the folder:

- `play_log.py`: all plays of a server in compact columns; `merge.py` compares a page of the
  history with it; `storage.py` saves it.
- `reader.py`: reads pages of the history, slowly, and finds where it has changed.
- `series.py`: the statistics series of a server, and their hourly rows computed from the log.
- `recorder_statistics.py`: the only module that imports the recorder; writes the rows.
- `watch_time_past.py`: watch time before the sensors existed, measured by Plex or from lengths.
- `series_writer.py`: writes the hours of the series that have changed.
- `importer.py`: runs all of this for one entry: at set-up, when a play ends, every hour.
- `setup.py`: starts and finds the importer of an entry.
- `watch_time.py`: counts the seconds that streams play; `sensor/watch_time.py` shows them.
- `top.py`: what was played most in a period; `actions.py` and `websocket.py` offer it.
- `view.py`: the cards of the History view.

A play is counted in the hour of `viewedAt`, when it ended; the history has no start and no
duration. Home Assistant stores one row per hour of UTC: in time zones with half an hour, a
day of a chart begins up to half an hour early or late.
"""
