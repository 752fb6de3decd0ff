"""Tests of the blueprint that dims the lights of a room."""
