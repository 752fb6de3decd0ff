"""The search for the address at which a server is reached."""
