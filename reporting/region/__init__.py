"""The region: what the seven authorities returned for a quarter, side by side and added up."""
