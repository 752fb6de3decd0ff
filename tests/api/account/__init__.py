"""The client of plex.tv against a stand-in plex.tv."""
