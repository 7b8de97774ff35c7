"""The whole page of one person, and whom it names."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from cases.record.presenters import CaseRow, case_rows, count_words
from intelligence.desk import presenters as unit
from intelligence.submissions import presenters as submissions
from mase.plans.presenters import actions as plans
from reporting.home.presenters import children, now, office, oversight, week
from reporting.home.selectors.oversight import Oversight
from reporting.home.selectors.today import Today

MOST_SHOWN = 8


@dataclass(frozen=True)
class Page:
    """Today's sections; one that is empty for this person is not drawn. `shown` are the children that it names."""

    found: Today
    now: now.Now
    days: list[week.Day]
    queues: list[week.Queue]
    cards: list[children.Card]
    shared: list[CaseRow]
    shared_words: str
    actions: list[dict[str, Any]]
    concerns: list[children.OwnConcern]
    inbox: Sequence[Any]
    news: Sequence[Any]
    reviews: list[children.Review]
    tiles: list[office.Tile]
    watched: list[tuple[str, list[office.Line]]]
    oversight: oversight.Shown | None
    shown: list[uuid.UUID]


def page(found: Today, overseen: Oversight | None) -> Page:
    """Everything in words."""
    band, days = now.now(found), week.days(found)
    actions = found.actions[:MOST_SHOWN]
    shared = found.shared.rows[:MOST_SHOWN] if found.shared else []
    keys = chain(
        (key for each in band.rows for key in (each.about, *each.others)),
        (key for day in days for item in day.items for key in item.abouts),
        (each.pk for each in (*found.led, *shared)),
        (each.case_id for each in actions),
        (each.case_id or each.pk for each in found.concerns),
    )
    return Page(
        found, band, days, week.queues(found), children.cards(found), case_rows(shared),
        count_words(found.shared) if found.shared else "", [plans.row(each) for each in actions],
        children.concerns(found),
        unit.inbox(found.inbox[:MOST_SHOWN]), submissions.mine(found.news), children.reviews(found),
        office.tiles(found),
        office.watched(found.service) if found.service else [],
        oversight.oversight(overseen) if overseen else None, list(dict.fromkeys(key for key in keys if key)),
    )  # fmt: skip
