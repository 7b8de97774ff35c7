"""Who of the workforce is trained: courses, who attended, lists that agencies upload."""
