"""One named read per page, each starting from what the person may see."""
