"""The page that everybody starts from."""
