"""What people write on the ground floor's pages."""
