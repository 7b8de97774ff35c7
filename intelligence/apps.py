from django.apps import AppConfig


class IntelligenceConfig(AppConfig):
    """What practitioners tell the police, and what the police make of it."""

    name = "intelligence"
