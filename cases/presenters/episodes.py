"""How a case closed, in words."""

from cases.models import Episode
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import Row, display_date


def closing_rows(episode: Episode) -> list[Row]:
    """Why the last period of work ended, and what was not done by then."""
    on = episode.closed_at.date() if episode.closed_at else None
    not_done = [
        f"{reference.label('step-down', line['code'], on)}: {line['reason']}"
        for line in episode.checklist
        if not line["done"]
    ]
    return [
        Row("Closed", f"{display_date(episode.closed_at)} by {episode.closed_by}"),
        Row("Why", reference.label("closure-reason", episode.closing_code, on)),
        Row("What had changed", episode.closing_reason),
        Row("Not done by then", "; ".join(not_done) or "Every line of the checklist was done"),
    ]
