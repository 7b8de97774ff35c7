"""The periods of work on a case."""

from typing import Any

from cases.models import Case, Episode


def answered_at_a_meeting(case: Case) -> list[dict[str, Any]]:
    """The lines of the checklist that the last meeting which went through it answered."""
    open_now = Episode.objects.filter(case=case, closed_at__isnull=True).first()
    return open_now.checklist if open_now else []


def last_closing(case: Case) -> Episode | None:
    """How the newest closed period of work ended."""
    closed = Episode.objects.filter(case=case, closed_at__isnull=False)
    return closed.select_related("closed_by").order_by("-closed_at").first()
