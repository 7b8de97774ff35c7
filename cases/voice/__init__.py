"""The child's own words between meetings: who listened, what they want, and what changed because of it."""
