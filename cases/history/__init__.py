"""Where a child lived and learned, and their legal status over time."""
