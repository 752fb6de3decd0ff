"""The soak: Home Assistant and two simulated servers with random faults, in real time."""
