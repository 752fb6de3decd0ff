"""The bench: what Plex Pulse costs, how quick it is, and how both grow."""
