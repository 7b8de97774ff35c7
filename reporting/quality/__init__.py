"""How well the work is done: audits of case files, drawn by lot, with a tool, findings and actions."""
