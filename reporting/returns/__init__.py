"""The regional return of a quarter: computed, checked, signed, exported."""
