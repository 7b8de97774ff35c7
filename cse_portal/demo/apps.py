from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demo board: fictional people and children, and sign-in by a button."""

    name = "cse_portal.demo"
    label = "demo"
