from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """An agency's people: invited by its lead, confirmed every 90 days, and gone on the day they leave."""

    name = "cse_portal.people"
    label = "people"
