"""Who tells us, and what became of it. The words that the public reads can be translated."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from cse_portal.errors import NotAllowedNow


class Reporter(TextChoices):
    """Who tells us, as they say it themselves (strategy 13.3: taxis, hotels, licensed premises, schools)."""

    PUBLIC = "public", _("A member of the public")
    HOTEL = "hotel", _("A hotel or guest house")
    TAXI = "taxi", _("A taxi or private hire firm")
    LICENSED = "licensed", _("A pub, club, takeaway or other licensed place")
    SCHOOL = "school", _("A school or college")
    OTHER = "other", _("Somebody else")


class ReportOutcome(TextChoices):
    """What the CSE team made of a report. Without one, it waits."""

    CONCERN = "concern", "Made a concern"
    INTELLIGENCE = "intelligence", "Passed to intelligence"
    JOINED = "joined", "Repeats another report"
    NOT_FOR_US = "not_for_us", "Not for us"


class JoinsNothing(NotAllowedNow):
    """A report joins another one, and no circle."""

    message = "Enter the reference of another report on the list, not of this one or of one that repeats it."
    field = "other"
