"""The course of a case: opened, led, described, closed, opened again; and its first page."""
