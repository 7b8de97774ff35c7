"""The whole page of one person, and whom it names."""

from itertools import chain
from types import SimpleNamespace

from cases.record.presenters import case_rows, count_words
from intelligence.desk import presenters as unit
from intelligence.submissions import presenters as submissions
from mase.plans.presenters import actions as plans
from reporting.home.presenters import children, now, office, oversight, week
from reporting.home.selectors.oversight import Oversight
from reporting.home.selectors.today import Today

MOST_SHOWN = 8


def page(found: Today, overseen: Oversight | None) -> SimpleNamespace:
    """Today's sections in words; one that is empty is not drawn. `shown` are the children that the page names."""
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
    return SimpleNamespace(
        found=found, now=band, days=days, queues=week.queues(found), cards=children.cards(found),
        shared=case_rows(shared), shared_words=count_words(found.shared) if found.shared else "",
        actions=[plans.row(each) for each in actions], concerns=children.concerns(found),
        inbox=unit.inbox(found.inbox[:MOST_SHOWN]), news=submissions.mine(found.news),
        reviews=children.reviews(found), tiles=office.tiles(found),
        watched=office.watched(found.service) if found.service else [],
        oversight=oversight.oversight(overseen) if overseen else None,
        shown=list(dict.fromkeys(key for key in keys if key)),
    )  # fmt: skip
