"""Eyes and Ears: what anybody in the community tells the CSE team, and what the team makes of it."""
