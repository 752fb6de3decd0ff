"""Tests of Plex Pulse."""
