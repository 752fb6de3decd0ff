"""Foreign programs that judge the simulator; `scripts/judges --help` lists them."""
