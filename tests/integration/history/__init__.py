"""Tests of the history: statistics, watch time, and what was played most."""
