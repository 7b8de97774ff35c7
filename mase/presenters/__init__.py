"""How a meeting and its plan are put into words and shapes."""
