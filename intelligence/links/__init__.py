"""What connects children, people, places and things: recorded with its source, or said by a report that names both."""
