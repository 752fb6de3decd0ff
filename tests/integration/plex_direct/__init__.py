"""A server reached by names under plex.direct, which some routers hide."""
