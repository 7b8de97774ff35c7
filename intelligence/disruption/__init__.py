"""What agencies do so that a subject of concern can harm children less."""
