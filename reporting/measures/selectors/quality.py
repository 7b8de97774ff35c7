"""C1, C4 and C5: the support the children had, groups that are missed, and how complete the records are."""

from collections.abc import Collection

from django.conf import settings
from django.db.models import Case, Exists, F, OuterRef, Q, When

from cases.history.models import LifePeriod, PeriodKind
from cases.record.models.child import LGBT, MALE, NO_DISABILITY
from cse_portal.reference import selectors as reference
from intelligence.hotspots.selectors import NOT_KNOWN
from reporting.measures.models import Dimension, MeasureKind
from reporting.measures.selectors import groups
from reporting.measures.selectors.figures import RATE, Key, keys_of
from reporting.measures.selectors.periods import Period
from reporting.measures.selectors.population import OPEN, open_children
from reporting.measures.selectors.registry import Better, Headline, Measure, register
from reporting.measures.selectors.tables import Lines, Parts, Table, counted
from reporting.measures.selectors.tally import NOT, Flags, Rows, Scope

COMPLETE_ENOUGH = 90  # percent of the records, for each field
_NOT_RECORDED = Key("unknown", "Not recorded")
_IN, _OTHERS = Key("in", "In the group"), Key("other", "Others, or not recorded")
_RECORDED, _MISSING = Key("recorded", "Recorded"), Key("missing", "Not recorded")
_OF_MINORITY = f"{OPEN}:minority"
_PLACED = (
    Key("here", f"Living in {settings.BOARD_AREA}, placed by {settings.BOARD_AREA}"),
    Key("outside", f"Placed outside {settings.BOARD_AREA}"),
    Key("by_others", "Placed here by another authority"), Key("unknown", "Ward not known"),
)  # fmt: skip
_SO, _NOT_SO = Key("yes", "Yes"), Key("no", "No, or not recorded")
_NO_MINORITY = ("white", "not_stated")
# What another table counts of those where the field was not answered.
_UNANSWERED: dict[str, Parts] = {
    "sex": {Dimension.SEX: "0"},
    "birth": {Dimension.AGE: groups.UNKNOWN.code},
    "ethnicity": {Dimension.ETHNICITY: "not_stated"},
    "category": {Dimension.CATEGORY: "0"},
    "support": {Dimension.SUPPORT: _NOT_RECORDED.code},
}


def _same_group(parts: Parts) -> tuple[str, Parts] | None:
    """Boys are counted by sex, too; those of a minority are the total of their own table."""
    return {"BOYS": (OPEN, {Dimension.SEX: MALE}), "MINORITY": (_OF_MINORITY, {})}.get(
        parts.get(Dimension.GROUP, "")
    )


def _same_ethnicity(parts: Parts) -> tuple[str, Parts] | None:
    return (OPEN, {Dimension.ETHNICITY: parts[Dimension.MINORITY]}) if parts else None


def _same_unanswered(parts: Parts) -> tuple[str, Parts] | None:
    field = parts.get(Dimension.FIELD, "")
    same = _UNANSWERED.get(field.removeprefix(NOT)) if field.startswith(NOT) else None
    return (OPEN, same) if same else None


@counted(OPEN, "Children")
def by_support(period: Period, scope: Scope) -> Rows:
    """The children open at the end, by the support they have."""
    found = open_children(period, scope)
    support = Case(
        When(child__legal_status="", then=groups.text(_NOT_RECORDED.code)),
        When(groups.is_looked_after("child__legal_status"), then=groups.text(groups.LOOKED_AFTER)),
        default=F("child__legal_status"),
    )
    return Rows(found.things, {**found.traits, Dimension.SUPPORT: support})


@counted(OPEN, "Children", same_as=_same_group)
def by_group(period: Period, scope: Scope) -> Rows:
    """The children open at the end, by the groups that their own record names."""
    found = open_children(period, scope)
    minority = [
        code for group, codes in groups.ethnic_groups().items() if group not in _NO_MINORITY for code in codes
    ]
    disabilities = [code for code in _answers("disability") if code != NO_DISABILITY]
    named = {
        "BOYS": Q(child__sex=MALE),
        "DISABLED": Q(child__disabilities__overlap=disabilities),
        "MINORITY": Q(child__ethnicity__in=minority),
    }
    # Gender identity and sexual orientation are counted nowhere.
    counted_groups = {each: named[each.code] for each in keys_of("missed-group") if each.code != LGBT}
    return Rows(found.things, {**found.traits, Dimension.GROUP: Flags(counted_groups)})


@counted(f"{OPEN}:support={groups.LOOKED_AFTER}", "Children")
def looked_after(period: Period, scope: Scope) -> Rows:
    """The looked-after children open at the end, by whether they live here and who placed them."""
    found = by_support(period, scope)
    rows = found.things.annotate(support=found.traits[Dimension.SUPPORT]).filter(support=groups.LOOKED_AFTER)
    placed = Case(
        When(~Q(child__placing_authority=""), then=groups.text("by_others")),
        When(child__ward="OUT_OF_AREA", then=groups.text("outside")),
        When(child__ward__in=("", NOT_KNOWN), then=groups.text("unknown")),
        default=groups.text("here"),
    )
    return Rows(rows, {Dimension.PLACED: placed})


@counted(OPEN, "Children")
def by_school(period: Period, scope: Scope) -> Rows:
    """The children open at the end, by what their schooling at that end shows."""
    found = open_children(period, scope)
    current = LifePeriod.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=period.ends_on),
        case=OuterRef("pk"),
        kind=PeriodKind.SCHOOL,
        began_on__lte=period.ends_on,
    )
    lines = {
        Key("plan", "Education, health and care plan"): current.filter(special_needs="E"),
        Key("support", "SEN support"): current.filter(special_needs="K"),
        Key("excluded", "Permanently excluded"): current.filter(code="EXCLUDED"),
        Key("below_90", "Attendance below 90%"): current.filter(attendance__lt=90),
        Key("below_50", "Attendance below 50%"): current.filter(attendance__lt=50),
        Key("missing", "Missing from education"): current.filter(code="CME"),
        Key("at_home", "Educated at home by choice"): current.filter(code="EHE"),
    }
    return Rows(
        found.things, {Dimension.SCHOOL: Flags({key: Q(Exists(rows)) for key, rows in lines.items()})}
    )


@counted(_OF_MINORITY, _IN.label, same_as=_same_ethnicity)
def of_minorities(period: Period, scope: Scope) -> Rows:
    """Those of an ethnic group other than White, by group."""
    found = by_group(period, scope)
    named = found.traits[Dimension.GROUP].conditions["MINORITY"]
    return Rows(found.things.filter(named), {Dimension.MINORITY: found.traits[Dimension.ETHNICITY]})


@counted(OPEN, "Children", same_as=_same_unanswered)
def by_field(period: Period, scope: Scope) -> Rows:
    """The children open at the end, by the fields that are answered."""
    found = open_children(period, scope)
    answered = {
        Key("sex", "Sex"): Q(child__sex__in=_answers("sex")),
        Key("birth", "Date of birth"): Q(child__date_of_birth__isnull=False),
        Key("ethnicity", "Ethnicity"): Q(child__ethnicity__in=_answers("ethnicity")),
        Key("disability", "Disability"): Q(child__disabilities__overlap=_answers("disability")),
        Key("model", "Model of exploitation"): ~Q(exploitation_models=[]),
        Key("category", "Risk category"): ~Q(at_category="0"),
        Key("support", "Support or legal status"): ~Q(child__legal_status=""),
    }
    rows = found.things.annotate(at_category=found.traits[Dimension.CATEGORY])
    return Rows(rows, {Dimension.FIELD: Flags(answered)})


def _answers(code_list: str) -> list[str]:
    return [each.code for each in reference.codes(code_list) if each.extra.get("answered", True) is not False]


def _minorities(used: Collection[str]) -> list[Key]:
    return [each for each in groups.ethnicities() if each.code not in _NO_MINORITY]


def _support(used: Collection[str]) -> list[Key]:
    return [*keys_of("legal-status-group"), _NOT_RECORDED]


register(
    Measure(
        code="C1",
        name="Support the children had",
        kind=MeasureKind.STOCK,
        definition="Children whose case was open at the end of the quarter, by the support or legal status recorded. "
        "A child under any care order, accommodated, or under police or emergency protection counts as "
        "looked after.",
        source="Children's records",
        note="As recorded when the figures were worked out.",
        headlines=[Headline("Looked after", Dimension.SUPPORT, row=groups.LOOKED_AFTER)],
        counts=[by_support.by(Table(Dimension.SUPPORT, rows=_support))],
    ),
    Measure(
        code="C2",
        name="Looked-after children placed here or elsewhere",
        kind=MeasureKind.STOCK,
        definition="Looked-after children whose case was open at the end of the quarter: by whether another "
        f"authority placed them, and by whether they live in {settings.BOARD_AREA}.",
        source="Children's records",
        note="As recorded when the figures were worked out.",
        headlines=[Headline("Placed here by another authority", Dimension.PLACED, row="by_others")],
        counts=[looked_after.by(Table(Dimension.PLACED, rows=_PLACED))],
    ),
    Measure(
        code="C3",
        name="School, special needs and attendance",
        kind=MeasureKind.STOCK,
        definition="Of the children whose case was open at the end of the quarter, those whose schooling at that end "
        "was recorded so. A child may count in several lines.",
        source="Periods of school in children's records",
        note="Mental health services are not counted here. Disabled children are in C4.",
        headlines=[
            Headline(
                "Attendance below 90%", Dimension.SCHOOL, row="below_90", column="yes", better=Better.FEWER
            )
        ],
        counts=[by_school.by(Lines(Dimension.SCHOOL, _SO, _NOT_SO, "Share of all"))],
    ),
    Measure(
        code="C4",
        name="Groups whose exploitation is less often recognised",
        kind=MeasureKind.STOCK,
        definition="Of the children whose case was open at the end of the quarter, those whose record says that they "
        "are male, disabled, or of an ethnic group other than White. A child may count in several lines.",
        source="Children's records",
        note="As recorded when the figures were worked out. What children say of their gender identity and "
        "sexual orientation is counted nowhere.",
        counts=[
            by_group.by(Lines(Dimension.GROUP, _IN, _OTHERS, "Share of all")),
            of_minorities.by(Table(Dimension.MINORITY, rows=_minorities)),
        ],
    ),
    Measure(
        code="C5",
        name="How complete the records are",
        kind=MeasureKind.QUALITY,
        definition="Of the children whose case was open at the end of the quarter, those on whose record the field "
        "was answered. Refused, not yet obtained and not known are not answers.",
        source="Children's records",
        note="As recorded when the figures were worked out.",
        headlines=[
            Headline("Ethnicity recorded", Dimension.FIELD, row="ethnicity", column=RATE, better=Better.MORE)
        ],
        counts=[by_field.by(Lines(Dimension.FIELD, _RECORDED, _MISSING, "Share recorded"))],
    ),
)
