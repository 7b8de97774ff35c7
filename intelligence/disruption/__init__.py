"""What agencies do so that a person or place of concern can harm children less."""
