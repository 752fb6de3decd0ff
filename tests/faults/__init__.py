"""Known faults of servers, networks and plex.tv, and the recovery from each in Home Assistant."""
