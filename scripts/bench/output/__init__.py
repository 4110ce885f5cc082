"""What becomes of the results of a run: a table, JSON, the report, the baseline, a comparison."""
