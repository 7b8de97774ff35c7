"""Initial and review MASE: booked, prepared, held, decided."""
