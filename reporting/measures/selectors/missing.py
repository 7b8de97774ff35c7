"""E1 to E4: children who were missing, the interviews after it, and who has a trigger plan."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from cases.missing.models import ABSENT, InterviewStep, MissingEpisode
from cases.missing.selectors.prompts import counts_since, is_overnight, times_that_repeat
from cases.trigger_plans.models import TriggerPlan
from cse_portal.reference import selectors as reference
from cse_portal.reference.selectors import clock_rule
from reporting.measures.models import Dimension, MeasureKind
from reporting.measures.selectors import groups
from reporting.measures.selectors.breakdown import shared
from reporting.measures.selectors.figures import (
    PERCENT,
    SHARE,
    Figure,
    Key,
    Subject,
    count_of,
    one_way,
    percentage,
    total_only,
)
from reporting.measures.selectors.population import CHILDREN, SINCE, open_at_end, open_on
from reporting.measures.selectors.registry import Measure, Period, measure

EPISODES, RETURNS = "episodes", "returns"
REPEATED, OVERNIGHT, DAY, THREE_DAYS = (
    Key("repeated", "Missing three times or more in 90 days"), Key("overnight", "Missing overnight"),
    Key("day", "Missing for more than 24 hours"), Key("three_days", "Missing for more than 72 hours"),
)  # fmt: skip
RETURNED = Key("returned", "Came back")
STEPS = (
    Key("offered", "Interview offered"), Key("accepted", "Accepted"), Key("held", "Held"),
    Key("in_time", "Held within 72 hours"), Key("independent", "Held by somebody independent"),
    Key("shared", "Shared with the police"),
)  # fmt: skip


@measure(
    Measure(
        code="E1",
        version=1,
        valid_from=SINCE,
        name="Children missing, and how often",
        kind=MeasureKind.FLOW,
        definition="Episodes that began in the quarter, by kind (missing; away from placement without authorisation; "
        "absent) and by where the child was missing from. Children: those with at least one of them, each once.",
        source="Missing episodes",
        note="As recorded when the figures were worked out.",
    )
)
def missing(period: Period) -> list[Figure]:
    """Children, and their episodes by kind and place."""
    episodes = _begun_in(period)
    subject = Subject(f"missing@{period.quarter.slug}", "Episodes", EPISODES)
    children = Subject(f"missing_children@{period.quarter.slug}", "Children", CHILDREN)
    kinds, places = Counter(each.kind for each in episodes), Counter(each.missing_from for each in episodes)
    return [
        total_only(children, len({each.case_id for each in episodes}), Dimension.ALL),
        *one_way(subject, Dimension.MISSING_KIND, _keys("missing-type", kinds), kinds),
        *one_way(subject, Dimension.PLACE, _keys("missing-from", places), places),
    ]


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
    found: dict[str, set[uuid.UUID]] = defaultdict(set)
    often = _third_within_90_days(period)
    for each in _begun_in(period, absent=False):
        until = min(each.returned_at or period.end, period.end)
        lasted = until - each.missing_since
        checks = (
            (REPEATED, each.pk in often), (OVERNIGHT, is_overnight(each.missing_since, until)),
            (DAY, lasted > dt.timedelta(hours=24)), (THREE_DAYS, lasted > dt.timedelta(hours=72)),
        )  # fmt: skip
        for key, holds in checks:
            if holds:
                found[key.code].add(each.case_id)
    numbers = {code: len(cases) for code, cases in found.items()}
    return _lines(period, "missing_long", [REPEATED, OVERNIGHT, DAY, THREE_DAYS], numbers, CHILDREN)


@measure(
    Measure(
        code="E3",
        version=1,
        valid_from=SINCE,
        name="Return home interviews",
        kind=MeasureKind.FLOW,
        definition="Of the returns in the quarter: interviews offered, or held or declined; accepted: not declined; "
        "held; held within 72 hours of the return; held by somebody independent; shared with the police. Reasons: "
        "why interviews were declined.",
        source="Return home interviews",
        note="Statutory guidance asks for an interview after each return, within 72 hours.",
    )
)
def interviews(period: Period) -> list[Figure]:
    """Each step as a share of the returns, and why interviews were declined."""
    rows = MissingEpisode.objects.filter(returned_at__gte=period.start, returned_at__lt=period.end)
    numbers: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for episode in rows.prefetch_related("interviews"):
        done = {InterviewStep(each.step): each for each in episode.interviews.all()}
        held, declined = done.get(InterviewStep.HELD), done.get(InterviewStep.DECLINED)
        due_at = clock_rule("RETURN_INTERVIEW").ends_at(episode.returned_at or period.end)
        checks = {
            "returned": True, "offered": bool(done), "accepted": bool(done) and (held or not declined), "held": held,
            "in_time": held and held.at <= due_at, "independent": held and held.is_independent,
            "shared": InterviewStep.SHARED in done,
        }  # fmt: skip
        numbers.update(code for code, holds in checks.items() if holds)
        if declined and not held:
            reasons[declined.declined_reason] += 1
    table = _lines(period, "interviews", [RETURNED, *STEPS], numbers, RETURNS)
    whole = table[0]
    shares = [
        Figure(
            each.dimension, each.row, SHARE, percentage(int(each.value or 0), int(whole.value or 0)), PERCENT,
            f"{each.fact}|rate", (each.fact, whole.fact),
        )
        for each in table[1:]
    ]  # fmt: skip
    declined_ones = Subject(f"interviews_declined@{period.quarter.slug}", "Declined", RETURNS)
    why = _keys("interview-declined", reasons)
    return [*table, *shares, *one_way(declined_ones, Dimension.REASON, why, reasons)]


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
    planned = set(TriggerPlan.objects.filter(recorded_at__lt=period.end).values_list("case", flat=True))
    counts = Counter(
        (each.traits.category, "plan" if each.case in planned else "none") for each in open_at_end(period)
    )
    columns = [Key("plan", "Trigger plan"), Key("none", "No plan")]
    subject = Subject(open_on(period.end), "Children", CHILDREN)
    return shared(
        subject,
        Dimension.CATEGORY,
        groups.CATEGORIES,
        columns,
        counts,
        part="plan",
        share="Share with a plan",
    )


def _begun_in(period: Period, *, absent: bool = True) -> list[MissingEpisode]:
    rows = MissingEpisode.objects.filter(missing_since__gte=period.start, missing_since__lt=period.end)
    return list(rows if absent else rows.exclude(kind=ABSENT))


def _third_within_90_days(period: Period) -> set[uuid.UUID]:
    """The episodes that made a child missing again and again."""
    since = counts_since(period.start)
    rows = MissingEpisode.objects.filter(missing_since__date__gte=since, missing_since__lt=period.end)
    before: dict[uuid.UUID, list[dt.datetime]] = defaultdict(list)
    often = set()
    for each in rows.exclude(kind=ABSENT).order_by("missing_since"):
        starts = before[each.case_id]
        starts.append(each.missing_since)
        first = counts_since(each.missing_since)
        if sum(start.date() >= first for start in starts) >= times_that_repeat():
            often.add(each.pk)
    return often


def _lines(
    period: Period, fact: str, rows: Sequence[Key], numbers: Mapping[str, int], unit: str
) -> list[Figure]:
    """A table whose lines overlap, so that they add up to nothing."""
    column, slug = Key("count", unit.capitalize()), period.quarter.slug
    return [
        Figure(
            Dimension.LINE, row, column, count_of(numbers.get(row.code, 0)), unit, f"{fact}@{slug}:{row.code}"
        )
        for row in rows
    ]


def _keys(code_list: str, used: Mapping[str, int]) -> list[Key]:
    """The list as it is now, and what an older one had."""
    listed = {entry.code: entry.label for entry in reference.codes(code_list)}
    return [Key(code, label) for code, label in listed.items()] + [
        Key(code, reference.label(code_list, code)) for code in sorted(set(used) - set(listed))
    ]
