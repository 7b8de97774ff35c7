"""The periods of work on a case."""

from cases.models import Case, Episode


def last_closing(case: Case) -> Episode | None:
    """How the newest closed period of work ended."""
    closed = Episode.objects.filter(case=case, closed_at__isnull=False)
    return closed.select_related("closed_by").order_by("-closed_at").first()
