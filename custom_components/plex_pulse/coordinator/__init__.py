"""Coordinators of one server: polling, push updates and connection health.

Map of the folder:

- `base.py`: the base coordinator; runs a poll and raises what `errors.py` maps its failure to.
  `poll_interval.py` computes when the next poll is due (its docstring has the table of
  intervals), `token_check.py` confirms refused tokens, `identity.py` verifies the server.
- `health.py`: whether the server is connected, which polls fail, and the outage log lines.
- `liveness.py`: when the server is checked, and what the result means; `liveness_requests.py` sends
  the requests.
- `sessions.py`: the active sessions. `session_reader.py` requests them,
  `session_notifications.py` applies push notifications to them (`session_updates.py` computes
  how) or lets `session_refresh.py` read what they announce (`pending_reads.py` when,
  `unlisted_budget.py` how often, `unmatched_ends.py` for an end that fits no stream).
  `session_matching.py` finds the stream of each listed session. `session_tracking.py` knows the
  rest of each stream: `session_reports.py` when it was last confirmed, `session_ends.py` at
  which position it has ended, `session_keys.py` under which keys it is listed.
  `session_permission.py` knows whether the token may read them at all, `read_timing.py` when the
  request is sent after an interruption, `program_ends.py` when a program on live TV has ended,
  and `position_listeners.py` notifies of positions.
- `libraries.py`: server and libraries. `library_counter.py` and `item_counts.py` count items,
  `library_refresh.py` debounces changes, `recently_added.py` keeps the newest items,
  `activities.py` follows scans.
- `library_changes.py`: what was added and deleted. `timeline_stages.py` follows what push
  reports, `added_items.py` reads it, `library_lists.py` finds what push did not report,
  `library_arrivals.py` recognizes new libraries, and `library_events.py` emits the events.
- `server_status.py` (update, remote access) and `resources.py` (CPU, memory): optional
  features; `features.py` says why one is unavailable.
- `bounded_gather.py`: several requests of which single ones may fail.

Life of a 429: `api/http/rate_limiter.py` blocks the host for everyone; `api/http/retry.py`
waits or gives up with RATE_LIMIT; `base.py` stretches the poll interval of the coordinator
that met it; `health.py` shows it in `api_status`.

Life of a push message: `push.py` dispatches it to `async_handle_<notification>` of a
coordinator, which updates its data, or requests a debounced refresh of what it cannot derive.

No coordinator imports entities, runtime data or flows; siblings are passed to constructors.
"""
