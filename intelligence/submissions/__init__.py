"""What practitioners tell the police, from the first page to the answer."""
