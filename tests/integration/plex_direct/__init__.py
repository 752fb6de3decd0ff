"""A server reached by plex.direct names, which some routers do not resolve."""
