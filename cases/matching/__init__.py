"""What we already know about a child: concerns and cases that may be about the same one, and the register."""
