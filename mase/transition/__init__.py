"""Turning 18: what is recorded on the way to adult services."""
