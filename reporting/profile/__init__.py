"""The yearly problem profile: what signed returns tell of victims, people, locations, themes and times."""
