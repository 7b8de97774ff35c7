"""What is needed beside what is done: live where somebody sees the children, and else as it was published.

Who works with children counts what they may see, over twelve months. Others read the newest quarter whose board
pack was published, in which small numbers are withheld.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.ui.charts.wards import Number
from intelligence.hotspots.selectors import Source, Span, hotspots
from reporting.board.models import BoardPack
from reporting.measures.models import Dimension
from reporting.measures.selectors import registry
from reporting.measures.selectors.figures import TOTAL
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.tally import Scope
from reporting.prevention.models import PreventionActivity
from reporting.returns.models import RegionalReturn, ReturnFigure, ReturnMeasure
from reporting.returns.selectors.returns import figures_of_returns

SUPPORT = ("H1", "H2")
CONCERNS = "A1"
YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Told:
    """Figures of some measures, and the days they are of; none where nothing was published yet."""

    period: str
    figures: Sequence[ReturnFigure]
    is_live: bool


@dataclass(frozen=True)
class Wards:
    """By ward: how much harm is told of, and what was done; a harm of None is withheld."""

    period: str
    harm: dict[str, Number]
    done: dict[str, int]
    is_live: bool


def support(user: User) -> Told:
    """H1 and H2: needs met and unmet, waits, endings, feedback and what changed."""
    gate.require(user, Permission.STRATEGIC_VIEW)
    return _live(user, SUPPORT) if gate.can(user, Permission.CASE_LIST) else _published(user, SUPPORT)


def prevention(user: User) -> Wards:
    """Prevention of twelve months beside hot spots; for who reads none, beside concerns as they were published."""
    gate.require(user, Permission.PREVENTION_VIEW)
    since = timezone.localdate() - YEAR
    rows = PreventionActivity.objects.visible_to(user).filter(on__gt=since).order_by()
    done = dict(rows.values_list("in_ward").annotate(number=Count("pk")))
    if gate.can(user, Permission.REPORT_LIST):
        found = hotspots(user, Span.YEAR, tuple(Source))
        harm: Counter[str] = found.wards
        return Wards(Span.YEAR.label, dict(harm), done, is_live=True)
    told = _published(user, (CONCERNS,))
    by_ward = (each for each in told.figures if each.dimension == Dimension.WARD and each.row != TOTAL)
    numbers = {each.row: None if each.is_suppressed else int(each.value or 0) for each in by_ward}
    return Wards(told.period, numbers, done, is_live=False)


def _live(user: User, codes: Iterable[str]) -> Told:
    today = timezone.localdate()
    period = Period.between(today - YEAR + dt.timedelta(days=1), today)
    figures = []
    for about in filter(None, (registry.find(code, today) for code in codes)):
        measure, found = ReturnMeasure.of(about), about.figures(period, Scope(user))
        figures += [ReturnFigure.of(measure, each, order) for order, each in enumerate(found)]
    return Told(Span.YEAR.label, figures, is_live=True)


def _published(user: User, codes: Iterable[str]) -> Told:
    published = BoardPack.objects.visible_to(user).published().values("quarter")
    newest = (
        RegionalReturn.objects.signed().current().filter(quarter__in=published).order_by("-starts_on").first()
    )
    if newest is None:
        return Told("", [], is_live=False)
    [figures] = figures_of_returns([newest]).values()
    kept = [each for each in figures if each.measure.code in codes]
    return Told(newest.label, kept, is_live=False)
