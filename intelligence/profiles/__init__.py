"""What is known of a subject of concern, and from where: facts, who it is, its standing, and what is done about it."""
