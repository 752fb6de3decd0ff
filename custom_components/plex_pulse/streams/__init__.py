"""Sessions for entities and actions: attributes, playback events, selection of one session."""
