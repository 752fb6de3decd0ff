"""The bench: resource use and latency of Plex Pulse, and how both grow."""
