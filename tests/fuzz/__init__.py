"""Fuzz tests: invalid responses made by mutation of valid ones."""
