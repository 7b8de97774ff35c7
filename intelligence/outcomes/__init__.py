"""What came of an investigation of harm to one child, for one person of concern."""
