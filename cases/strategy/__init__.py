"""Strategy discussions and section 47."""
