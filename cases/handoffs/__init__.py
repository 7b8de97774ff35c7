"""Hand-offs: a concern, or work on a case, given to an agency that is asked to help."""
