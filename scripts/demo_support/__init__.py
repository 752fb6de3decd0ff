"""The demo: Home Assistant, Plex Pulse and a simulated Plex Media Server."""
