from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """Dated reference data: what the codes, indicators, clocks and agendas said on a given day."""

    name = "cse_portal.reference"
    label = "reference"
