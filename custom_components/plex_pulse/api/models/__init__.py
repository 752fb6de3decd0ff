"""Frozen models of the data that Plex sends.

`parse` returns None for an object without a required field; lists skip such objects, so that one
invalid item does not affect the others.
"""
