"""The pages of the desk, and of graded reports."""
