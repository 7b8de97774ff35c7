from django.apps import AppConfig


class DraftsConfig(AppConfig):
    """Long writing, saved while it is typed."""

    name = "cse_portal.drafts"
    label = "drafts"
