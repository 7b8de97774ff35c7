"""Two records of one child: said on record, and undone on record. Neither record moves."""
