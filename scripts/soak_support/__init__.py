"""The soak: Home Assistant and two simulated servers, which fail at random for real minutes."""
