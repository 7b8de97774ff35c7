"""Letters to a child and to parents and carers."""
