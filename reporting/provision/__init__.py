"""What is provided beside what is needed: services for children by need and ward, and prevention by ward."""
