"""Copies of records that leave the portal."""
