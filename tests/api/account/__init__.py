"""The client of plex.tv against a simulated plex.tv."""
