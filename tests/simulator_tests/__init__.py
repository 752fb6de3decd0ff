"""Tests that hold the simulator itself."""
