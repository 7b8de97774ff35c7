"""The review of a child in category 1 by the lead professional, and by when the next step of a case is due."""
