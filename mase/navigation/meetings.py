"""Links to meetings: the tab of a case, and the chair's tiles."""
