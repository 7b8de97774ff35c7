"""The police investigation, court, and care for the child as a witness: a part of the case kept apart."""
