"""A child's record, asked for and disclosed."""
