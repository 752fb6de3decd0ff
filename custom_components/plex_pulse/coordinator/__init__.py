"""Coordinators: polling, push updates and connection health of one server."""
