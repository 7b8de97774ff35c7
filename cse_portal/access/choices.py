"""Words for where a grant comes from."""

from django.db.models import TextChoices


class GrantSource(TextChoices):
    """Ending the source ends the grant."""

    RULE = "rule", "By rule when the case was opened"
    ALLOCATION = "allocation", "Lead professional"
    SHARE = "share", "Shared by the lead agency"
    MEETING = "meeting", "Invited to a meeting"
    BREAK_GLASS = "break_glass", "Opened in an emergency"
    SECTION = "section", "A part kept apart, shown by the lead agency"
