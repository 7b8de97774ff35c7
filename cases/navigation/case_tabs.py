"""The tabs of a child's case that the ground floor draws."""
