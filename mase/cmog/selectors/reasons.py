"""Which reasons of an agenda that reports alone give may be said to a reader: those that their own reports bear out.

The agenda is found as the system, in every report. That another unit's report names somebody is itself intelligence.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from cse_portal.accounts.models import User
from intelligence.desk.models import IntelligenceReport, Link
from mase.cmog.choices import BY_REPORTS, CmogWhy
from mase.cmog.models.cmog import CmogItem, CmogMeeting
from mase.cmog.selectors.agenda import SEVERAL

ENOUGH = {CmogWhy.INTELLIGENCE: 1, CmogWhy.OF_CONCERN: SEVERAL}
Named = dict[uuid.UUID | None, list[tuple[dt.datetime, uuid.UUID]]]


def bear_out(user: User, meeting: CmogMeeting, items: Iterable[CmogItem]) -> None:
    """Each item then knows which of these reasons this person is told, by the rule by which the agenda found them.

    One question for all of them. What was linked after the agenda was compiled bears nothing out.
    """
    asked = [each for each in items if any(why["code"] in BY_REPORTS for why in each.why)]
    if not asked or meeting.compiled_at is None:
        return
    about = [each.about_id for each in asked]
    links = Link.objects.filter(Q(person__in=about) | Q(place__in=about), linked_at__lte=meeting.compiled_at)
    mine = links.filter(report__in=IntelligenceReport.objects.visible_to(user).values("pk")).order_by()
    named: Named = defaultdict(list)
    for person, place, at, report in mine.values_list("person", "place", "linked_at", "report"):
        named[person or place].append((at, report))
    for each in asked:
        each.borne_out = _borne_out(each, named)


def _borne_out(item: CmogItem, named: Named) -> frozenset[str]:
    found = set()
    for why in item.why:
        if why["code"] in BY_REPORTS and "since" in why:
            since = dt.datetime.fromisoformat(why["since"])
            reports = {report for at, report in named[item.about_id] if at > since}
            if len(reports) >= ENOUGH[CmogWhy(why["code"])]:
                found.add(why["code"])
    return frozenset(found)
