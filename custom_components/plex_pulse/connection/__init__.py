"""Find a server, check that it is the right one, and follow it when it moves."""
