from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did or saw what, when and why: rows that nobody can change."""

    name = "cse_portal.audit"
    label = "audit"
