"""Answers that no server should give, made from those that servers do give."""
