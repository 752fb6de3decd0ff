"""The client against the simulator, over real loopback sockets."""
