"""Risk assessments, and the category that is confirmed on them."""
