"""The websocket against a simulated Media Server, over real sockets."""
