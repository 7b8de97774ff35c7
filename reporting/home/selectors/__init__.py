"""What Today asks: what needs a person, and how the team's work goes."""
