"""Missing episodes and return home interviews."""
