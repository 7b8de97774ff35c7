"""The minutes of a meeting: drafted, worded, sent out, objected to, agreed."""
