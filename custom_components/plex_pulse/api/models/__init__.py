"""What Plex says, as frozen values parsed at the edge."""
