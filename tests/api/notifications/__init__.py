"""The websocket of a stand-in Media Server, heard over real sockets."""
