"""Pages of requests to see a record: of a case and all of them, one item, the steps to the end, the register."""
