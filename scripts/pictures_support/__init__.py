"""Pictures of the dashboard in the demo's Home Assistant."""
