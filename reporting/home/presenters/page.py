"""The whole page of one person, and whom it names."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cases.record.presenters import CaseRow, case_rows, count_words
from cse_portal.accounts.choices import Role
from cse_portal.people.selectors import Waiting
from cse_portal.reference.quarters import Quarter
from intelligence.desk import presenters as unit
from intelligence.submissions import presenters as submissions
from reporting.home.presenters import children, now, oversight, week
from reporting.home.selectors.oversight import Oversight
from reporting.home.selectors.today import SHARED, Today
from reporting.returns.models import RegionalReturn

MOST_ACTIONS = 8
MOST_OF_THE_INBOX = 8
NOTHING = {
    Role.SYSTEM_ADMINISTRATOR: "Your role keeps the service and people’s accounts running. It opens no child’s "
    "record, no concern, no intelligence and no report.",
    Role.ANALYST: "No return waits to be started or checked. You will get a notification when one does.",
    Role.AGENCY_LEAD: "Nobody of your agency waits to be confirmed.",
}


@dataclass(frozen=True)
class Page:
    """Today's sections; one that is empty for this person is not drawn."""

    on: dt.date
    has_ended: bool
    nothing: str
    now: now.Now
    days: list[week.Day]
    queues: list[week.Queue]
    cards: list[children.Card]
    shared: list[CaseRow]
    shared_words: str
    actions: list[children.OwnAction]
    more_actions: int
    concerns: list[children.OwnConcern]
    inbox: Sequence[Any]
    inbox_more: int
    news: Sequence[Any]
    reviews: list[children.Review]
    returns: list[RegionalReturn]
    to_start: list[Quarter]
    people: Waiting | None
    lost_actions: int
    oversight: oversight.Shown | None
    is_team: bool
    sees_children: bool
    reviews_by_reference: bool
    shown: list[uuid.UUID]


def page(found: Today, overseen: Oversight | None) -> Page:
    """Everything in words; `shown` are the children and concerns that it names."""
    band = now.now(found)
    days = week.days(found)
    cards = children.cards(found)
    actions = children.actions(found)[:MOST_ACTIONS]
    concerns = children.concerns(found)
    shared = found.shared.rows[:SHARED] if found.shared else []
    keys: Iterator[uuid.UUID | None] = (
        key
        for keys in (
            (each.about for each in band.rows),
            (key for day in days for item in day.items for key in item.abouts),
            (each.case.pk for each in cards),
            (each.about for each in actions),
            (each.about for each in concerns),
            (each.pk for each in shared),
        )
        for key in keys
    )
    sees_children = bool(found.role) and found.role not in OFFICE
    return Page(
        on=found.day,
        has_ended=found.role is None,
        nothing=NOTHING.get(found.role, "") if found.role and not _office_work(found) else "",
        now=band,
        days=days if sees_children else [],
        queues=week.queues(found),
        cards=cards,
        shared=case_rows(shared),
        shared_words=count_words(found.shared) if found.shared else "",
        actions=actions,
        more_actions=len(found.actions) - len(actions),
        concerns=concerns,
        inbox=unit.inbox(found.inbox[:MOST_OF_THE_INBOX]),
        inbox_more=max(0, len(found.inbox) - MOST_OF_THE_INBOX),
        news=submissions.mine(found.news),
        reviews=children.reviews(found),
        returns=found.returns,
        to_start=found.to_start,
        people=found.people,
        lost_actions=found.lost_actions,
        oversight=oversight.oversight(overseen) if overseen else None,
        is_team=found.is_team,
        sees_children=sees_children,
        reviews_by_reference=found.role == Role.PRIVACY_OFFICER,
        shown=list(dict.fromkeys(key for key in keys if key)),
    )


OFFICE = (
    Role.ANALYST, Role.BOARD_MEMBER, Role.PRIVACY_OFFICER, Role.SYSTEM_ADMINISTRATOR, Role.AGENCY_LEAD,
    Role.API_CLIENT,
)  # fmt: skip


def _office_work(found: Today) -> bool:
    return bool(found.returns or found.to_start or found.people or found.lost_actions)
