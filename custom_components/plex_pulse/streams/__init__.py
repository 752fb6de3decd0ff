"""Streams as Home Assistant shows them: attributes, events and the choice of one stream."""
