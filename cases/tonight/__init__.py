"""The Tonight sheet: what somebody needs who has the child in front of them, or looks for them, at night."""
