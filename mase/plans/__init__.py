"""The plan on the four Ps: actions, the safety map, and who carries them out."""
