"""The page that ends a meeting: what is decided, what goes on, what was not talked about, and what is missing."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from cse_portal.ui.presenters import Row, display_date, joined
from mase.meetings.selectors.checks import missing, quorum_words, reminders
from mase.meetings.selectors.record import MeetingRecord
from mase.plans.choices import ActionState
from mase.plans.models.plan import PlanAction


def ending(record: MeetingRecord) -> dict[str, Any]:
    """For the person who ends it; of each agency how many actions come along and how many are new."""
    new = _by_agency(each for each in record.actions if each.carried_from_id is None)
    carried = _by_agency([*(each for each in record.actions if each.carried_from_id), *_left(record)])
    names = sorted(new | carried)
    return {
        "missing": missing(record),
        "reminders": reminders(record),
        "decided": _decided(record),
        "actions": f"{carried.total()} carried, {new.total()} new",
        "agencies": [(each, carried[each], new[each]) for each in names],
        "not_discussed": [each.title for each in record.agenda if not record.is_filled(each)],
    }


def _left(record: MeetingRecord) -> list[PlanAction]:
    """What earlier plans left undone and comes along by itself."""
    undone = [each for each in record.waiting if each.state == ActionState.NOT_DONE]
    return [each for each in [*record.outstanding, *undone] if not hasattr(each, "carried_to")]


def _by_agency(actions: Iterable[PlanAction]) -> Counter[str]:
    return Counter(each.agency.short_name for each in actions)


def _decided(record: MeetingRecord) -> list[Row]:
    """Beside the category: harm, reasons, who agrees and who does not, the next date, and the quorum."""
    made = record.decision
    told = [
        ("Harm", made.get_harm_status_display() if made else ""),
        ("Why", made.rationale if made else ""),
        ("Agree", joined(each.short_name for each in record.agreeing)),
        ("Do not agree", joined(each.short_name for each in record.against)),
        ("Next review", display_date(record.meeting.review_on)),
        ("Quorum", quorum_words(record) or "Police, social care and health are here."),
    ]
    return [Row(name, words) for name, words in told if words]
