"""The link to the caseload, and what a lead professional needs on the home page."""
