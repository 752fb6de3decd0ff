"""Attacks of a hostile Media Server: valid HTTP with extreme content."""
