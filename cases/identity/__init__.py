"""What is the child's own: gender identity and sexual orientation, kept apart, and their phones and accounts."""
