"""Attacks that try to get the token of a server."""
