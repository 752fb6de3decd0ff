"""One test per attack, in the attacker's role, against a real Home Assistant core."""
