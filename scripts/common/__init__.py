"""What scripts/bench, scripts/demo and scripts/soak share."""
