"""The integration through Home Assistant's public surface."""
