"""The whole record in the order of a bundle."""

from cases.services.subject_access import ItemDraft
from reporting.presenters.subject_access import child, concerns, meetings, rest
from reporting.selectors.subject_access import WholeRecord


def items_of_record(record: WholeRecord) -> list[ItemDraft]:
    """Everything the portal holds, each part once; an item without words is left away."""
    drafts = [
        child.identity(record),
        *child.work(record),
        *concerns.concerns(record),
        *child.assessments(record),
        *meetings.voices(record),
        *meetings.meetings(record),
        *rest.plan(record),
        *rest.chronology(record),
        *rest.documents(record),
        *rest.sharing(record),
        *rest.intelligence(record),
    ]
    order = [draft.kind for draft in drafts]
    return sorted(drafts, key=lambda draft: order.index(draft.kind))
