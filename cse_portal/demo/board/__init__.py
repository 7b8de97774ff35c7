"""The demo board: two years of fictional work, written through the services themselves."""
