"""People, places and vehicles of concern."""
