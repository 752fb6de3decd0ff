"""A server that proves itself by its certificate for names under plex.direct."""
