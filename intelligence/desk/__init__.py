"""The police intelligence unit's desk: receiving, grading, linking, answering; and graded reports."""
