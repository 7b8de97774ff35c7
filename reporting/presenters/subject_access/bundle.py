"""The whole record in the order of a bundle."""

import re
from dataclasses import replace

from cases.choices import Ground
from cases.services.subject_access import ItemDraft, PassageDraft
from reporting.presenters.subject_access import (
    child,
    concerns,
    disagreements,
    meetings,
    missing,
    rest,
    transition,
)
from reporting.selectors.subject_access import WholeRecord

# Nothing in the portal says that a text is a lawyer's advice but the text itself.
_LEGAL = re.compile(
    r"\b(?:legal(?:ly)? (?:advice|privileged?|opinion)|privileged|counsel(?:['’]s)? (?:advice|advised|opinion)"
    r"|(?:solicitors?|barristers?|legal services) (?:has |have )?advised?)\b",
    re.IGNORECASE,
)


def items_of_record(record: WholeRecord) -> list[ItemDraft]:
    """Everything the portal holds, each part once; an item without words is left away."""
    drafts = [
        child.identity(record),
        *child.work(record),
        *concerns.concerns(record),
        *child.assessments(record),
        *meetings.voices(record),
        *meetings.meetings(record),
        *disagreements.disagreements(record),
        *rest.plan(record),
        *transition.transition(record),
        *rest.chronology(record),
        *missing.missing(record),
        *rest.health(record),
        *rest.documents(record),
        *rest.sharing(record),
        *rest.intelligence(record),
    ]
    order = [draft.kind for draft in drafts]
    kept = sorted(drafts, key=lambda draft: order.index(draft.kind))
    return [replace(draft, passages=[_privileged(each) for each in draft.passages]) for draft in kept]


def _privileged(passage: PassageDraft) -> PassageDraft:
    """What reads like a lawyer's advice begins left out, until somebody has looked."""
    is_advice = passage.held is None and _LEGAL.search(passage.text)
    return replace(passage, held=Ground.LEGAL) if is_advice else passage
