"""Foreign programs that judge the simulator; `scripts/judges` runs them."""
