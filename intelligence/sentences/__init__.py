"""One sentence about a subject of concern, shared with an agency until a day, and what its visits found."""
