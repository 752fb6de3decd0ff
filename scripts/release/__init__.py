"""The steps of a release, see `python -m scripts.release --help` and `scripts/release/dry_run`."""
