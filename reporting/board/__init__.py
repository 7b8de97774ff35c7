"""What the board reads: its reports, attendance, and the measures of the strategy."""
