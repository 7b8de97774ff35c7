"""Where and when, as far as the reader may see what happened. What is drawn is counted from what is listed."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Count, F, IntegerChoices, OuterRef, Q, QuerySet, Subquery, TextChoices, When
from django.utils import timezone

from cases.concerns.choices import ConcernState
from cases.concerns.models import Concern
from cases.missing.models import ABSENT, MissingEpisode
from cases.record.models.case import Case
from cse_portal.access.rows import among
from cse_portal.accounts.models import User
from intelligence.desk.models import IntelligenceReport
from intelligence.desk.selectors import links_shown
from intelligence.subjects.models import Subject, SubjectKind

NOT_KNOWN = "NOT_KNOWN"
NAMED = 40
DAY_BEGINS = dt.timedelta(hours=6)
Hour = tuple[int, int]  # the weekday, Monday is 0, and the two hours, from 6am
NO_HOUR: Hour = (-1, -1)  # of what does not say when it began


class Source(TextChoices):
    """What the counts are drawn from."""

    CONCERN = "concern", "Concerns"
    MISSING = "missing", "Missing episodes"
    REPORT = "report", "Intelligence"
    PLACE = "place", "Places of concern"


class Span(IntegerChoices):
    """How many days back."""

    MONTH = 28, "Last 28 days"
    QUARTER = 90, "Last 90 days"
    YEAR = 365, "Last 12 months"


@dataclass(frozen=True)
class Spot:
    """One thing that is counted: in each ward that it tells of, and at the hour in which it began, if it says so."""

    source: Source
    key: uuid.UUID
    at: dt.datetime
    wards: frozenset[str]
    hour: Hour = NO_HOUR


@dataclass(frozen=True)
class Hotspots:
    """Everything that this reader may see, newest first."""

    spots: Sequence[Spot]

    @property
    def sources(self) -> Counter[str]:
        """How many of each source."""
        return Counter(each.source for each in self.spots)

    @property
    def wards(self) -> Counter[str]:
        """How many in each ward; of what tells of two wards each counts one."""
        return Counter(ward for each in self.spots for ward in each.wards)

    @property
    def hours(self) -> Counter[Hour]:
        """How many began in each two hours of the week."""
        return Counter(each.hour for each in self.spots if each.hour != NO_HOUR)

    def behind(self, *, ward: str = "", hour: Hour | None = None) -> list[Spot]:
        """What a number counts."""
        rows = (each for each in self.spots if not ward or ward in each.wards)
        return [each for each in rows if hour is None or each.hour == hour]


def hotspots(user: User, span: Span = Span.QUARTER, sources: Collection[Source] = tuple(Source)) -> Hotspots:
    """A child counts where they live, a place where it is."""
    since = timezone.now() - dt.timedelta(days=span)
    spots: list[Spot] = []
    if Source.CONCERN in sources:
        spots += _concerns(user, since)
    if Source.MISSING in sources:
        spots += _missing(user, since)
    if {Source.REPORT, Source.PLACE} & set(sources):
        spots += [each for each in _reports_and_places(user, since) if each.source in sources]
    return Hotspots(sorted(spots, key=lambda each: each.at, reverse=True))


def _concerns(user: User, since: dt.datetime) -> Iterable[Spot]:
    """Their author sees no case by them, so that the ward is told to who sees the case."""
    seen = Case.objects.visible_to(user).order_by().values("pk")
    ward = Choose(When(among("case", seen), then=F("case__child__ward")), default=None)
    rows = Concern.objects.visible_to(user).exclude(state=ConcernState.DRAFT)
    for key, at, lives_in in (
        rows.filter(submitted_at__gte=since).order_by().values_list("pk", "submitted_at", ward)
    ):
        yield Spot(Source.CONCERN, key, at, _wards([lives_in]))


def _missing(user: User, since: dt.datetime) -> Iterable[Spot]:
    rows = MissingEpisode.objects.visible_to(user).exclude(kind=ABSENT).filter(missing_since__gte=since)
    for key, at, lives_in in rows.order_by().values_list("pk", "missing_since", "case__child__ward"):
        yield Spot(Source.MISSING, key, at, _wards([lives_in]), hour_of(at))


def _reports_and_places(user: User, since: dt.datetime) -> Iterable[Spot]:
    """Reports issued since, by the children they are linked with; and each place that they name, by the newest."""
    issued = dict(_reports(user, since).values_list("pk", "issued_at"))
    wards: dict[uuid.UUID, list[str]] = defaultdict(list)
    places: dict[uuid.UUID, tuple[dt.datetime, str]] = {}
    links = links_shown(user).filter(report__in=list(issued)).order_by("report__issued_at")
    read = links.values_list(
        "report", "case", "case__child__ward", "subject", "subject__kind", "subject__ward"
    )
    for report, case, lives_in, subject, kind, ward in read:
        if case:
            wards[report].append(lives_in)
        elif kind == SubjectKind.PLACE:
            places[subject] = issued[report], ward
    for key, at in issued.items():
        yield Spot(Source.REPORT, key, at, _wards(wards[key]))
    for key, (at, ward) in places.items():
        yield Spot(Source.PLACE, key, at, _wards([ward]))


def _reports(user: User, since: dt.datetime | None = None) -> QuerySet[IntelligenceReport]:
    rows = IntelligenceReport.objects.visible_to(user).filter(withdrawn_at=None).order_by()
    return rows.filter(issued_at__gte=since) if since else rows


def _wards(named: Iterable[str | None]) -> frozenset[str]:
    return frozenset(filter(None, named)) or frozenset([NOT_KNOWN])


def hour_of(moment: dt.datetime) -> Hour:
    """A day runs from 6am to 6am: what happens at 2am on Saturday is Friday night's."""
    local = timezone.localtime(moment).replace(tzinfo=None) - DAY_BEGINS
    return local.weekday(), local.hour // 2


def named(user: User, span: Span = Span.QUARTER) -> list[tuple[str, int]]:
    """Whom and what most of the reports name which this person may read."""
    reports = _reports(user, timezone.now() - dt.timedelta(days=span))
    times = Count("links__report", filter=Q(links__report__in=reports.values("pk")), distinct=True)
    found = Subject.objects.visible_to(user).annotate(times=times).filter(times__gt=0)
    return list(found.order_by("-times", "reference").values_list("name", "times")[:NAMED])


def things(user: User, spots: Iterable[Spot]) -> dict[uuid.UUID, Any]:
    """The records behind them, by their keys; a place with the newest report that names it."""
    keys = [each.key for each in spots]
    naming = links_shown(user).filter(subject=OuterRef("pk"), report__in=_reports(user).values("pk"))
    newest = naming.order_by("-report__issued_at").values("report__reference")[:1]
    rows = (
        Concern.objects.visible_to(user),
        MissingEpisode.objects.visible_to(user).select_related("case__child"),
        IntelligenceReport.objects.visible_to(user),
        Subject.objects.visible_to(user).annotate(named_in=Subquery(newest)),
    )
    return {each.pk: each for found in rows for each in found.filter(pk__in=keys)}
