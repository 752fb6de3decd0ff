"""Find a server, test its address, and find it again after it has moved."""
