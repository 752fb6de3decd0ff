"""Frozen models of what Plex sends, parsed at the border.

`parse` returns None for an object that lacks what the model cannot do without; lists leave such
objects out, so that one odd item never costs the others.
"""
