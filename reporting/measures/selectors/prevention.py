"""I2: awareness work in schools, the licensed trade, hotels, taxis, communities and online."""

from django.db.models import F, Q

from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import Key
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import Count, Table
from reporting.measures.selectors.tally import Flags, Rows, Scope
from reporting.prevention.models import ActivityKind, PreventionActivity, Setting

_LINES = (
    Key("pupils", "Reached pupils"), Key("staff", "Reached staff"), Key("parents", "Reached parents or carers"),
    Key("drivers", "Reached drivers"), Key("followed", "Followed what the police shared"),
    Key("feedback", "With feedback"),
)  # fmt: skip


def activities(period: Period, scope: Scope) -> Rows:
    """What agencies did in the period, by setting, kind, ward and agency, and whom it reached."""
    lines = {name: Q(**{f"{name}__gt": 0}) for name in ("pupils", "staff", "parents", "drivers")}
    lines |= {"followed": Q(followed_sharing=True), "feedback": Q(feedback_count__gt=0) | ~Q(feedback="")}
    return Rows(
        scope.of(PreventionActivity).filter(period.has_day("on")),
        {
            "setting": F("setting"), "kind": F("kind"), Dimension.SITE: F("in_ward"),
            Dimension.AGENCY: F("agency__code"), Dimension.LINE: Flags(lines),
        },
    )  # fmt: skip


register(
    Measure(
        code="I2",
        name="Prevention and awareness work",
        kind=MeasureKind.FLOW,
        definition="Sessions, visits, briefings and campaigns that agencies recorded for days in the quarter, by "
        "setting, kind, ward and agency. An activity that reached pupils and staff counts in both lines.",
        source="Prevention, as each agency records its own",
        note="It counts activities, not people. Nobody is named.",
        headlines=[
            Headline("Prevention activities", Dimension.TYPE, column="total", better=Better.MORE),
        ],
        counts=[
            Count(
                fact="prevention@{quarter}",
                label="Activities",
                unit=Unit.ACTIVITIES,
                thing=CountedThing.ACTIVITIES,
                tally=activities,
                tables=[
                    Table(
                        Dimension.TYPE, "setting", across="kind",
                        rows=[Key(each.value, each.label) for each in Setting],
                        columns=[Key(each.value, each.label) for each in ActivityKind],
                    ),
                    Table(Dimension.SITE, rows=groups.listed("ward")),
                    Table(Dimension.AGENCY),
                    Table(Dimension.LINE, rows=_LINES, total_row=False),
                ],
            )
        ],
    )
)  # fmt: skip
