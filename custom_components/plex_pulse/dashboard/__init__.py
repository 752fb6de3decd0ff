"""The dashboard: a layout for the strategy, data for the cards, images, the module itself.

| module            | what it does                                                          |
|-------------------|-----------------------------------------------------------------------|
| `commands`        | websocket commands `plex_pulse/*`, checked against the user's rights  |
| `layout`          | the views (`view_*`) of the strategy, from `server_entities`          |
| `streams_feed`    | snapshot and changes of the streams, from `published`                 |
| `server_tracker`  | since when, and last played item: what a single read does not have     |
| `stream_payload`  | a stream as the browser gets it                                       |
| `shelf`           | lists of items, cached, grouped by show: `shelf_cache`, `shelf_groups` |
| `image_view`      | images by opaque ids (`image_ids`)                                    |
| `frontend_module` | the Lovelace resource with the cards                                  |

Nothing here sends a token, an address or a Plex path to a browser.
"""
