"""C1, C4 and C5: the support the children had, groups that are missed, and how complete the records are."""

from collections import Counter
from collections.abc import Callable

from cases.record.models.child import LGBT, MALE, Child
from cse_portal.reference import selectors as reference
from reporting.measures.models import Dimension, MeasureKind, Unit
from reporting.measures.selectors import groups
from reporting.measures.selectors.breakdown import shared
from reporting.measures.selectors.figures import TOTAL, Figure, Key, Subject, fact_of, grid, one_way
from reporting.measures.selectors.population import SINCE, Worked, open_at_end, open_on
from reporting.measures.selectors.registry import Measure, Period, measure

_NOT_RECORDED = Key("unknown", "Not recorded")
_LOOKED_AFTER = "LAC"


@measure(
    Measure(
        code="C1",
        version=1,
        valid_from=SINCE,
        name="Support the children had",
        kind=MeasureKind.STOCK,
        definition="Children whose case was open at the end of the quarter, by the support or legal status "
        "recorded. A child under any care order, accommodated, or under police or emergency "
        "protection counts as looked after.",
        source="Children's records",
        note="As recorded when the figures were worked out.",
    )
)
def support(period: Period) -> list[Figure]:
    """Everyone open at the end, by support."""
    rows = [*(Key(entry.code, entry.label) for entry in reference.codes("legal-status-group")), _NOT_RECORDED]
    known = {row.code for row in rows}
    counts = Counter(_support(work.child, known) for work in open_at_end(period))
    return one_way(Subject(open_on(period.end), "Children", Unit.CHILDREN), Dimension.SUPPORT, rows, counts)


@measure(
    Measure(
        code="C4",
        version=1,
        valid_from=SINCE,
        name="Groups whose exploitation is less often recognised",
        kind=MeasureKind.STOCK,
        definition="Of the children whose case was open at the end of the quarter, those whose record says that they "
        "are male, disabled, or of an ethnic group other than White. A child may count in several lines.",
        source="Children's records",
        note="As recorded when the figures were worked out. What children say of their gender identity and sexual "
        "orientation is counted nowhere.",
    )
)
def missed_groups(period: Period) -> list[Figure]:
    """Each group's share; and the ethnic groups that one of them is made of, so that none is worked out from it."""
    work, whole, column = open_at_end(period), open_on(period.end), Key("in", "In the group")
    named = (each.child.missed_groups() for each in work)
    inside = Counter((group.code, column.code) for found in named for group in found)
    rows = [Key(each.code, each.label) for each in reference.codes("missed-group") if each.code != LGBT]
    counts = inside | {(row.code, "other"): len(work) - inside[row.code, column.code] for row in rows}
    minority = f"{whole}:minority"
    facts = {(row.code, TOTAL): whole for row in rows} | {
        ("BOYS", column.code): fact_of(whole, Dimension.SEX, Key(MALE, "")), ("MINORITY", column.code): minority,
    }  # fmt: skip
    ethnic = [each for each in groups.ethnicities() if each.code not in ("white", "not_stated")]
    parts = {(each.code, column.code): fact_of(whole, Dimension.ETHNICITY, each) for each in ethnic}
    return [
        *shared(
            Subject(f"groups@{period.quarter.slug}", "Children", Unit.CHILDREN), Dimension.GROUP, rows,
            [column, Key("other", "Others, or not recorded")], counts, part=column.code, share="Share of all",
            total_row=False, facts=facts,
        ),
        *grid(
            minority, Unit.CHILDREN, Dimension.MINORITY, ethnic, [column],
            Counter((each.traits.ethnicity, column.code) for each in work), total_column=False,
            facts=parts | {(TOTAL, column.code): minority},
        ),
    ]  # fmt: skip


@measure(
    Measure(
        code="C5",
        version=1,
        valid_from=SINCE,
        name="How complete the records are",
        kind=MeasureKind.QUALITY,
        definition="Of the children whose case was open at the end of the quarter, those on whose record the "
        "field was answered. Refused, not yet obtained and not known are not answers.",
        source="Children's records",
        note="As recorded when the figures were worked out.",
    )
)
def completeness(period: Period) -> list[Figure]:
    """For each field: answered, not answered, and the share answered. Other tables count some not answered, too."""
    work, whole = open_at_end(period), open_on(period.end)
    counts = Counter(
        (field.code, "recorded" if answered(each) else "missing")
        for each in work
        for field, answered, _ in _FIELDS
    )
    rows = [field for field, _, _ in _FIELDS]
    columns = [Key("recorded", "Recorded"), Key("missing", "Not recorded")]
    return shared(
        Subject(f"field@{period.quarter.slug}", "Children", Unit.CHILDREN), Dimension.FIELD, rows, columns, counts,
        part="recorded", share="Share recorded", total_row=False,
        facts={(row.code, TOTAL): whole for row in rows}
        | {(field.code, "missing"): f"{whole}:{same}" for field, _, same in _FIELDS if same},
    )  # fmt: skip


def _support(child: Child, known: set[str]) -> str:
    if child.legal_status in known:
        return child.legal_status
    return _LOOKED_AFTER if child.legal_status else _NOT_RECORDED.code


def _is_answer(list_code: str, code: str) -> bool:
    entry = reference.find_code(list_code, code) if code else None
    return entry is not None and entry.extra.get("answered", True) is not False


def _disability(work: Worked) -> bool:
    return any(_is_answer("disability", code) for code in work.child.disabilities)


# A field, whether it was answered, and the row of another table that counts those where it was not.
_FIELDS: tuple[tuple[Key, Callable[[Worked], bool], str], ...] = (
    (Key("sex", "Sex"), lambda work: _is_answer("sex", work.child.sex), "sex=0"),
    (Key("birth", "Date of birth"), lambda work: work.child.date_of_birth is not None, "age=unknown"),
    (
        Key("ethnicity", "Ethnicity"),
        lambda work: _is_answer("ethnicity", work.child.ethnicity),
        "ethnicity=not_stated",
    ),
    (Key("disability", "Disability"), _disability, ""),
    (Key("model", "Model of exploitation"), lambda work: bool(work.models), ""),
    (Key("category", "Risk category"), lambda work: work.traits.category != "0", "category=0"),
    (
        Key("support", "Support or legal status"),
        lambda work: bool(work.child.legal_status),
        "support=unknown",
    ),
)
