"""Browser tests: Chromium with a real Home Assistant and a simulated Plex Media Server."""
