"""What the returns and reports count."""
