"""The case of a child: who may see it, and the list of all cases that somebody sees."""
