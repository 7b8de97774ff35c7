"""The measures of the return. Importing them registers each with its definition."""

from reporting.selectors.measures import actions, meetings, population, quality, screening

__all__ = ["actions", "meetings", "population", "quality", "screening"]
