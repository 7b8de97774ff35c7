"""Who sees a case and why: sharing, restriction, emergency access and exclusion."""
