"""Tests of the blueprints, run by Home Assistant's automations."""
