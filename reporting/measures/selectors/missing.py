"""E1 to E4: children who were missing, the interviews after it, and who has a trigger plan."""

import calendar
import datetime as dt
import uuid
from collections import defaultdict
from typing import Any

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q
from django.db.models.functions import Cast, ExtractHour, ExtractIsoWeekDay

from cases.missing.models import ABSENT, InterviewStep, MissingEpisode
from cases.missing.selectors.episodes import interview_facts
from cases.missing.selectors.prompts import counts_since, is_overnight, times_that_repeat
from cases.record.models.case import Case
from cases.trigger_plans.models import TriggerPlan
from intelligence.hotspots.selectors import DAY_BEGINS
from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import RATE, Key
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.population import CHILD, OPEN, child_of_case, open_children
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import Across, Lines, Share, Table, counted
from reporting.measures.selectors.tally import Rows, Scope, Things, things

_LONG = (
    Key("repeated", "Missing three times or more in 90 days"), Key("overnight", "Missing overnight"),
    Key("day", "Missing for more than 24 hours"), Key("three_days", "Missing for more than 72 hours"),
)  # fmt: skip
WEEKDAYS = tuple(Key(str(number), name) for number, name in enumerate(calendar.day_name, start=1))
PARTS = (
    Key("0", "6am to noon"), Key("1", "Noon to 6pm"), Key("2", "6pm to midnight"), Key("3", "Midnight to 6am"),
)  # fmt: skip
_STEPS = (
    Key("offered", "Interview offered"), Key("accepted", "Accepted"), Key("held", "Held"),
    Key("in_time", "Held within 72 hours"), Key("independent", "Held by somebody independent"),
    Key("shared", "Shared with the police"), Key("declined", "Declined"),
)  # fmt: skip
_PLANNED = Across("planned", (Key("plan", "Trigger plan"), Key("none", "No plan")))
_SO, _NOT_SO = Key("yes", "Yes"), Key("no", "No")


@counted("missing@{quarter}", "Episodes", Unit.EPISODES)
def episodes_begun(period: Period, scope: Scope) -> Rows:
    """Episodes that began in the period."""
    begun = ExpressionWrapper(F("missing_since") - DAY_BEGINS, output_field=DateTimeField())
    traits = {
        "weekday": ExtractIsoWeekDay(begun),
        "part": Cast(ExtractHour(begun), IntegerField()) / 6,
        Dimension.MISSING_KIND: F("kind"),
        Dimension.PLACE: F("missing_from"),
        Dimension.WARD: groups.child("case__child__", period.ends_on)[Dimension.WARD],
    }
    return Rows(scope.of(MissingEpisode).filter(period.has("missing_since")), traits)


@counted("missing_children@{quarter}", "Children")
def missing_children(period: Period, scope: Scope) -> Rows:
    """The children with one of them, each once."""
    begun = scope.of(MissingEpisode).filter(period.has("missing_since"))
    cases = scope.of(Case).filter(Exists(begun.filter(case=OuterRef("pk"))))
    return Rows(cases, child_of_case("", period))


@counted("missing_long@{quarter}", "Children")
def missing_for_long(period: Period, scope: Scope) -> Things:
    """The children with an episode of the period that is in a line, each with all of their lines."""
    episodes = scope.of(MissingEpisode).exclude(kind=ABSENT)
    often = _repeated(period, episodes)
    lines: dict[uuid.UUID, set[str]] = defaultdict(set)
    rows = episodes.filter(period.has("missing_since"))
    for key, case, since, returned_at in rows.values_list("pk", "case", "missing_since", "returned_at"):
        until = min(returned_at or period.end, period.end)
        holds = (
            key in often, is_overnight(since, until), until - since > dt.timedelta(hours=24),
            until - since > dt.timedelta(hours=72),
        )  # fmt: skip
        lines[case] |= {line.code for line, so in zip(_LONG, holds, strict=True) if so}
    return things((case, {Dimension.LINE: frozenset(codes)}) for case, codes in lines.items())


@counted("interviews@{quarter}", "Returns", Unit.RETURNS, CountedThing.EPISODES)
def returns(period: Period, scope: Scope) -> Things:
    """The returns of the period, by what became of the interview."""
    rows = scope.of(MissingEpisode).filter(period.has("returned_at")).prefetch_related("interviews")
    return things((each.pk, {Dimension.LINE: frozenset(interview_facts(each))}) for each in rows)


@counted("interviews@{quarter}:line=declined", "Declined", Unit.EPISODES)
def declined(period: Period, scope: Scope) -> Things:
    """The returns whose interview was declined and not held later, by the reason."""
    rows = scope.of(MissingEpisode).filter(period.has("returned_at")).prefetch_related("interviews")
    return things(
        (each.pk, {Dimension.REASON: _why(each)}) for each in rows if "declined" in interview_facts(each)
    )


@counted(OPEN, "Children", Unit.CHILDREN_REACHED, CountedThing.CHILDREN)
def with_trigger_plan(period: Period, scope: Scope) -> Rows:
    """The children open at the end, by whether they had a trigger plan."""
    plans = TriggerPlan.objects.filter(case=OuterRef("pk"), recorded_at__lt=period.end)
    found = open_children(period, scope)
    planned = groups.either(Q(Exists(plans)), "plan", "none")
    return Rows(found.things, {**found.traits, _PLANNED.trait: planned})


def _why(episode: MissingEpisode) -> str:
    steps = [each for each in episode.interviews.all() if each.step == InterviewStep.DECLINED]
    return steps[-1].declined_reason


def _repeated(period: Period, episodes: Any) -> set[uuid.UUID]:
    """The episodes that made a child missing again and again."""
    since = counts_since(period.start)
    rows = episodes.filter(missing_since__date__gte=since, missing_since__lt=period.end)
    before: dict[uuid.UUID, list[dt.datetime]] = defaultdict(list)
    often = set()
    for key, case, moment in rows.order_by("missing_since").values_list("pk", "case", "missing_since"):
        before[case].append(moment)
        first = counts_since(moment)
        if sum(start.date() >= first for start in before[case]) >= times_that_repeat():
            often.add(key)
    return often


register(
    Measure(
        code="E1",
        name="Children missing, and how often",
        kind=MeasureKind.FLOW,
        definition="Episodes that began in the quarter, by kind (missing; away from placement without authorisation; "
        "absent), by where the child was missing from, by the ward where the child lives and by when it began. "
        "Children: those with at least one of them, each once.",
        source="Missing episodes",
        note="As recorded when the figures were worked out. A day runs from 6am to 6am.",
        headlines=[
            Headline("Missing episodes", Dimension.MISSING_KIND),
            Headline("Children missing", Dimension.ALL),
        ],
        counts=[
            missing_children.by(
                Table(Dimension.ALL), *(Table(each) for each in CHILD if each != Dimension.WARD)
            ),
            episodes_begun.by(
                Table(Dimension.MISSING_KIND, rows=groups.listed("missing-type")),
                Table(Dimension.PLACE, rows=groups.listed("missing-from")),
                Table(Dimension.WARD),
                Table(Dimension.HOURS, "weekday", Across("part", PARTS), WEEKDAYS),
            ),
        ],
    ),
    Measure(
        code="E2",
        name="Children missing again and again, overnight or for long",
        kind=MeasureKind.FLOW,
        definition="Children with an episode that began in the quarter and was the third or a later one within 90 "
        "days; that went on at 3am; that lasted more than 24 hours; more than 72 hours. Each child counts once in "
        "each line, and may count in several.",
        source="Missing episodes",
        note="Absences at no apparent risk do not count. An episode that goes on is measured to the quarter's end.",
        headlines=[Headline("Missing three times or more in 90 days", Dimension.LINE, row="repeated")],
        counts=[missing_for_long.by(Table(Dimension.LINE, rows=_LONG, total_row=False))],
    ),
    Measure(
        code="E3",
        name="Return home interviews",
        kind=MeasureKind.FLOW,
        definition="Of the returns in the quarter: interviews offered, or booked, held or declined; accepted: not "
        "declined; held; held within 72 hours of the return; held by somebody independent; shared with the police; "
        "declined and not held later. Reasons: why those were declined.",
        source="Return home interviews",
        note="Statutory guidance asks for an interview after each return, within 72 hours.",
        headlines=[
            Headline(
                "Interview within 72 hours", Dimension.LINE, row="in_time", column=RATE, better=Better.MORE
            )
        ],
        counts=[
            returns.by(Lines(Dimension.LINE, _SO, _NOT_SO, "Share of returns", _STEPS)),
            declined.by(Table(Dimension.REASON, rows=groups.listed("interview-declined"))),
        ],
    ),
    Measure(
        code="E4",
        name="Children with a trigger plan",
        kind=MeasureKind.STOCK,
        definition="Of the children whose case was open at the end of the quarter, those who had a trigger plan by "
        "then, by category.",
        source="Trigger plans",
        headlines=[Headline("With a trigger plan", Dimension.CATEGORY, column=RATE, better=Better.MORE)],
        counts=[
            with_trigger_plan.by(
                Table(Dimension.CATEGORY, across=_PLANNED, share=Share("plan", "Share with a plan"))
            )
        ],
    ),
)
