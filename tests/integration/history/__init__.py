"""Tests of the history: statistics, watch time and most played items."""
