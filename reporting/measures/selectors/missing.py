"""E1 to E4: children who were missing, the interviews after it, and who has a trigger plan."""

import calendar
import datetime as dt
import uuid
from collections import defaultdict

from django.db.models import QuerySet

from cases.missing.models import ABSENT, InterviewStep, MissingEpisode
from cases.missing.selectors.episodes import interview_facts
from cases.missing.selectors.prompts import counts_since, is_overnight, times_that_repeat
from cases.record.models.case import Case
from cases.trigger_plans.models import TriggerPlan
from intelligence.hotspots.selectors import hour_of
from reporting.measures.models import Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.breakdown import shared
from reporting.measures.selectors.figures import (
    ALL,
    PERCENT,
    SHARE,
    TOTAL,
    Figure,
    Key,
    Subject,
    grid,
    key_of,
    keys_of,
    lines,
    one_way,
    percentage,
    total_only,
)
from reporting.measures.selectors.population import SINCE, open_at_end, open_on
from reporting.measures.selectors.registry import Measure, Period, measure
from reporting.measures.selectors.tally import Counted, column_counts, counts

REPEATED, OVERNIGHT, DAY, THREE_DAYS = (
    Key("repeated", "Missing three times or more in 90 days"), Key("overnight", "Missing overnight"),
    Key("day", "Missing for more than 24 hours"), Key("three_days", "Missing for more than 72 hours"),
)  # fmt: skip
WEEKDAYS = tuple(Key(str(number), name) for number, name in enumerate(calendar.day_name))
PARTS = (
    Key("morning", "6am to noon"), Key("afternoon", "Noon to 6pm"),
    Key("evening", "6pm to midnight"), Key("night", "Midnight to 6am"),
)  # fmt: skip
RETURNED = Key("returned", "Came back")
_EPISODES, _CHILDREN, _RETURNS = Key("count", "Episodes"), Key("count", "Children"), Key("count", "Returns")
_DECLINED, _NOT_SO = Key("count", "Declined"), Key("not", "Not so")
_PLANNED, _NO_PLAN = Key("plan", "Trigger plan"), Key("none", "No plan")
DECLINED = Key("declined", "Declined")
STEPS = (
    Key("offered", "Interview offered"), Key("accepted", "Accepted"), Key("held", "Held"),
    Key("in_time", "Held within 72 hours"), Key("independent", "Held by somebody independent"),
    Key("shared", "Shared with the police"), DECLINED,
)  # fmt: skip


@measure(
    Measure(
        code="E1",
        version=1,
        valid_from=SINCE,
        name="Children missing, and how often",
        kind=MeasureKind.FLOW,
        definition="Episodes that began in the quarter, by kind (missing; away from placement without authorisation; "
        "absent), by where the child was missing from, by the ward where the child lives and by when it began. "
        "Children: those with at least one of them, each once.",
        source="Missing episodes",
        note="As recorded when the figures were worked out. A day runs from 6am to 6am.",
    )
)
def missing(period: Period) -> list[Figure]:
    """Children, and their episodes by kind and place."""
    tally = missing_tally(period, MissingEpisode.objects.all())
    subject = Subject(f"missing@{period.quarter.slug}", "Episodes", Unit.EPISODES)
    children = Subject(f"missing_children@{period.quarter.slug}", "Children", Unit.CHILDREN)
    kinds, places = column_counts(tally, Dimension.MISSING_KIND), column_counts(tally, Dimension.PLACE)
    wards, hours = column_counts(tally, Dimension.WARD), counts(tally, Dimension.HOURS)
    whole = Key(TOTAL, subject.label)
    return [
        total_only(children, column_counts(tally, Dimension.ALL)[ALL.code], Dimension.ALL),
        *one_way(subject, Dimension.MISSING_KIND, keys_of("missing-type", kinds), kinds),
        *one_way(subject, Dimension.PLACE, keys_of("missing-from", places), places),
        *one_way(subject, Dimension.WARD, keys_of("ward", wards), wards),
        *grid(subject.fact, subject.unit, Dimension.HOURS, WEEKDAYS, PARTS, hours, whole=whole),
    ]


def missing_tally(period: Period, episodes: QuerySet[MissingEpisode]) -> list[Counted]:
    """Which children and which of these episodes E1 counts where."""
    tally: dict[Counted, None] = {}
    for each in _begun_in(period, episodes).select_related("case__child"):
        kind, place = key_of("missing-type", each.kind), key_of("missing-from", each.missing_from)
        tally[Counted(Dimension.ALL, ALL, _CHILDREN, each.case_id)] = None
        tally[Counted(Dimension.MISSING_KIND, kind, _EPISODES, each.pk)] = None
        tally[Counted(Dimension.PLACE, place, _EPISODES, each.pk)] = None
        lives_in = key_of("ward", groups.ward(each.case.child))
        tally[Counted(Dimension.WARD, lives_in, _EPISODES, each.pk)] = None
        day, hours = hour_of(each.missing_since)
        tally[Counted(Dimension.HOURS, WEEKDAYS[day], PARTS[hours // 3], each.pk, _EPISODES.label)] = None
    return list(tally)


@measure(
    Measure(
        code="E2",
        version=1,
        valid_from=SINCE,
        name="Children missing again and again, overnight or for long",
        kind=MeasureKind.FLOW,
        definition="Children with an episode that began in the quarter and was the third or a later one within 90 "
        "days; that went on at 3am; that lasted more than 24 hours; more than 72 hours. Each child counts once in "
        "each line, and may count in several.",
        source="Missing episodes",
        note="Absences at no apparent risk do not count. An episode that goes on is measured to the quarter's end.",
    )
)
def missing_for_long(period: Period) -> list[Figure]:
    """Children in each line."""
    numbers = column_counts(missing_long_tally(period, MissingEpisode.objects.all()), Dimension.LINE)
    subject = Subject(f"missing_long@{period.quarter.slug}", "Children", Unit.CHILDREN)
    return lines(subject, Dimension.LINE, [REPEATED, OVERNIGHT, DAY, THREE_DAYS], numbers)


def missing_long_tally(period: Period, episodes: QuerySet[MissingEpisode]) -> list[Counted]:
    """Which children E2 counts in which line, of these episodes."""
    tally: dict[Counted, None] = {}
    episodes = episodes.exclude(kind=ABSENT)
    often = _third_within_90_days(period, episodes)
    for each in _begun_in(period, episodes):
        until = min(each.returned_at or period.end, period.end)
        lasted = until - each.missing_since
        checks = (
            (REPEATED, each.pk in often), (OVERNIGHT, is_overnight(each.missing_since, until)),
            (DAY, lasted > dt.timedelta(hours=24)), (THREE_DAYS, lasted > dt.timedelta(hours=72)),
        )  # fmt: skip
        for key, holds in checks:
            if holds:
                tally[Counted(Dimension.LINE, key, _CHILDREN, each.case_id)] = None
    return list(tally)


@measure(
    Measure(
        code="E3",
        version=1,
        valid_from=SINCE,
        name="Return home interviews",
        kind=MeasureKind.FLOW,
        definition="Of the returns in the quarter: interviews offered, or booked, held or declined; accepted: not "
        "declined; held; held within 72 hours of the return; held by somebody independent; shared with the police; "
        "declined and not held later. Reasons: why those were declined.",
        source="Return home interviews",
        note="Statutory guidance asks for an interview after each return, within 72 hours.",
    )
)
def interviews(period: Period) -> list[Figure]:
    """Each step as a share of the returns, and why interviews were declined."""
    tally = interview_tally(period, MissingEpisode.objects.all())
    reasons = column_counts(tally, Dimension.REASON)
    numbers = {
        row: number
        for (row, column), number in counts(tally, Dimension.LINE).items()
        if column == _RETURNS.code
    }
    subject = Subject(f"interviews@{period.quarter.slug}", "Returns", Unit.RETURNS)
    table = lines(subject, Dimension.LINE, [RETURNED, *STEPS], numbers)
    whole = table[0]
    shares = [
        Figure(
            each.dimension, each.row, SHARE, percentage(int(each.value or 0), int(whole.value or 0)), PERCENT,
            f"{each.fact}|rate", (each.fact, whole.fact),
        )
        for each in table[1:]
    ]  # fmt: skip
    declined_ones = Subject(f"{subject.fact}:{DECLINED.code}", DECLINED.label, Unit.EPISODES)
    why = keys_of("interview-declined", reasons)
    return [*table, *shares, *one_way(declined_ones, Dimension.REASON, why, reasons)]


def interview_tally(period: Period, episodes: QuerySet[MissingEpisode]) -> list[Counted]:
    """Which returns E3 counts in which line, and in which not; and why interviews were declined."""
    tally = []
    rows = episodes.filter(returned_at__gte=period.start, returned_at__lt=period.end)
    for each in rows.prefetch_related("interviews"):
        facts = interview_facts(each)
        tally.append(Counted(Dimension.LINE, RETURNED, _RETURNS, each.pk))
        for step in STEPS:
            column = _RETURNS if step.code in facts else _NOT_SO
            tally.append(Counted(Dimension.LINE, step, column, each.pk, _RETURNS.label))
        if DECLINED.code in facts:
            declined = [step for step in each.interviews.all() if step.step == InterviewStep.DECLINED]
            reason = key_of("interview-declined", declined[-1].declined_reason)
            tally.append(Counted(Dimension.REASON, reason, _DECLINED, each.pk))
    return tally


@measure(
    Measure(
        code="E4",
        version=1,
        valid_from=SINCE,
        name="Children with a trigger plan",
        kind=MeasureKind.STOCK,
        definition="Of the children whose case was open at the end of the quarter, those who had a trigger plan by "
        "then, by category.",
        source="Trigger plans",
    )
)
def trigger_plans(period: Period) -> list[Figure]:
    """Who has one, by category."""
    tally = trigger_plan_tally(period, Case.objects.all())
    subject = Subject(open_on(period.end), "Children", Unit.CHILDREN)
    return shared(
        subject,
        Dimension.CATEGORY,
        groups.CATEGORIES,
        [_PLANNED, _NO_PLAN],
        counts(tally, Dimension.CATEGORY),
        part=_PLANNED.code,
        share="Share with a plan",
    )


def trigger_plan_tally(period: Period, cases: QuerySet[Case]) -> list[Counted]:
    """Which of these children E4 counts where."""
    planned = set(TriggerPlan.objects.filter(recorded_at__lt=period.end).values_list("case", flat=True))
    rows = {row.code: row for row in groups.CATEGORIES}
    return [
        Counted(
            Dimension.CATEGORY, rows[each.traits.category], _PLANNED if each.case in planned else _NO_PLAN, each.case,
            "Children",
        )
        for each in open_at_end(period, cases)
    ]  # fmt: skip


def _begun_in(period: Period, episodes: QuerySet[MissingEpisode]) -> QuerySet[MissingEpisode]:
    return episodes.filter(missing_since__gte=period.start, missing_since__lt=period.end)


def _third_within_90_days(period: Period, episodes: QuerySet[MissingEpisode]) -> set[uuid.UUID]:
    """The episodes that made a child missing again and again."""
    since = counts_since(period.start)
    rows = episodes.filter(missing_since__date__gte=since, missing_since__lt=period.end)
    before: dict[uuid.UUID, list[dt.datetime]] = defaultdict(list)
    often = set()
    for each in rows.order_by("missing_since"):
        starts = before[each.case_id]
        starts.append(each.missing_since)
        first = counts_since(each.missing_since)
        if sum(start.date() >= first for start in starts) >= times_that_repeat():
            often.add(each.pk)
    return often
