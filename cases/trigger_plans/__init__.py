"""What police and carers need in the first minutes after a child is missing."""
