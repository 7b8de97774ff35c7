"""The CSE Portal: its platform floors, and what puts every floor together."""

from cse_portal.celery import app as celery_app

__all__ = ["celery_app"]
