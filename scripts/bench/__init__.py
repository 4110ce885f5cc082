"""``make bench``: benchmarks Forge against peer implementations, in one run."""
