"""I1 and I2: who attended training and who is trained for their role; awareness work in schools, trade and online."""

from django.db.models import F, Q

from reporting.measures.models import CountedThing, Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import RATE, TOTAL, Key, keys_in
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import Across, Share, Table, counted
from reporting.measures.selectors.tally import Flags, Rows, Scope, Things, things
from reporting.prevention.models import ActivityKind, PreventionActivity, Setting
from reporting.workforce.models import LEVELS, NEEDS, Attendance
from reporting.workforce.selectors.people import everybody

_TRAINED = Across("trained", (Key("yes", "Trained"), Key("no", "Not trained")))
_ROLES = groups.listed(NEEDS, used_only=True)
_SHARE = Share("yes", "Share trained")


@counted("training@{quarter}", "Attendances", Unit.ATTENDANCES, CountedThing.TRAINING)
def attended(period: Period, scope: Scope) -> Rows:
    """Each attendance of a course in the period: the agency that the person worked for, and the level."""
    rows = scope.of(Attendance).filter(period.has_day("on"))
    return Rows(rows, {Dimension.AGENCY: F("agency__code"), "level": F("course__level")})


@counted("workforce@{end}", "People", Unit.STAFF)
def workforce(period: Period, scope: Scope) -> Things:
    """Everybody who works for a partner on the last day, and whether they are trained for their role."""
    return things(
        (
            each.key,
            {
                Dimension.STAFF_AGENCY: each.agency.code,
                Dimension.STAFF_ROLE: each.role,
                _TRAINED.trait: "yes" if each.is_trained else "no",
            },
        )
        for each in everybody(period.ends_on)
    )


@counted("prevention@{quarter}", "Activities", Unit.ACTIVITIES)
def activities(period: Period, scope: Scope) -> Rows:
    """What agencies did in the period, by setting, kind, ward and agency, and whom it reached."""
    lines = {
        Key("pupils", "Reached pupils"): Q(pupils__gt=0),
        Key("staff", "Reached staff"): Q(staff__gt=0),
        Key("parents", "Reached parents or carers"): Q(parents__gt=0),
        Key("drivers", "Reached drivers"): Q(drivers__gt=0),
        Key("followed", "Followed what the police shared"): Q(followed_sharing=True),
        Key("feedback", "With feedback"): Q(feedback_count__gt=0) | ~Q(feedback=""),
    }
    return Rows(
        scope.of(PreventionActivity).filter(period.has_day("on")),
        {
            "setting": F("setting"), "kind": F("kind"), Dimension.SITE: F("in_ward"),
            Dimension.AGENCY: F("agency__code"), Dimension.LINE: Flags(lines),
        },
    )  # fmt: skip


register(
    Measure(
        code="I1",
        name="Training of the workforce",
        kind=MeasureKind.FLOW,
        definition="Attendances of courses of the training plan in the quarter, by the agency of who attended and by "
        "level. Trained: at the end of the quarter somebody had attended a course of the level that their role needs "
        "or of a higher one, and it was still valid. Everybody counts who works for a partner in a role that needs "
        "training, with an account or without.",
        source="Lists of attendance that agencies upload",
        headlines=[
            Headline("Share of the workforce trained", Dimension.STAFF_AGENCY, TOTAL, RATE, Better.MORE)
        ],
        counts=[
            attended.by(Table(Dimension.AGENCY, across=Across("level", groups.listed(LEVELS)))),
            workforce.by(
                Table(Dimension.STAFF_AGENCY, across=_TRAINED, rows=groups.agencies, share=_SHARE),
                Table(Dimension.STAFF_ROLE, across=_TRAINED, rows=_ROLES, share=_SHARE),
            ),
        ],
    ),
    Measure(
        code="I2",
        name="Prevention and awareness work",
        kind=MeasureKind.FLOW,
        definition="Sessions, visits, briefings and campaigns that agencies recorded for days in the quarter, by "
        "setting, kind, ward and agency. An activity that reached pupils and staff counts in both lines.",
        source="Prevention, as each agency records its own",
        note="It counts activities, not people. Nobody is named.",
        headlines=[Headline("Prevention activities", Dimension.TYPE, column="total", better=Better.MORE)],
        counts=[
            activities.by(
                Table(Dimension.TYPE, "setting", Across("kind", keys_in(ActivityKind)), keys_in(Setting)),
                Table(Dimension.SITE, rows=groups.listed("ward")),
                Table(Dimension.AGENCY),
                Table(Dimension.LINE),
            )
        ],
    ),
)
