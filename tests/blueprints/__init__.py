"""The blueprints, loaded and run by Home Assistant's own automations."""
