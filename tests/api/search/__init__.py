"""The search for the best address of a server."""
