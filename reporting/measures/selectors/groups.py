"""The groups that measures are broken down by: their words from the reference lists, and how a row tells its own."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce

from cases.assessments.models import CategoryDecision
from cases.record.choices import RiskCategory
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency
from cse_portal.reference import selectors as reference
from cse_portal.reference.working_days import add_months
from intelligence.hotspots.selectors import NOT_KNOWN
from reporting.measures.models import Dimension
from reporting.measures.selectors.figures import Key, keys_of
from reporting.measures.selectors.tally import Flags

CATEGORIES = (
    Key("3", "Category 3: high – significant"),
    Key("2", "Category 2: medium – serious"),
    Key("1", "Category 1: low – at risk"),
    Key("0", "No category confirmed"),
)
UNKNOWN = Key("unknown", "Not known")
NOT_STATED = "Not stated"
LOOKED_AFTER = "LAC"
_LOOKED_AFTER = (Key("yes", "Looked after"), Key("no", "Not looked after"), Key("unknown", "Not recorded"))
_AGE_FROM = ((18, "18+"), (16, "16-17"), (13, "13-15"), (10, "10-12"))
_YOUNGEST = "0-9"

# Who told us, in the codes of the children in need census.
SOURCE_OF_KIND = {
    AgencyKind.SOCIAL_CARE: "5B",
    AgencyKind.CSE_TEAM: "5B",
    AgencyKind.POLICE: "6",
    AgencyKind.HEALTH: "3F",
    AgencyKind.HOSPITAL: "3E",
    AgencyKind.EDUCATION: "2B",
    AgencyKind.EARLY_HELP: "5D",
    AgencyKind.YOUTH_OFFENDING: "5B",
    AgencyKind.HOUSING: "4",
    AgencyKind.VOLUNTARY: "8",
    AgencyKind.NEIGHBOUR: "5C",
    AgencyKind.BUSINESS_UNIT: "5B",
    AgencyKind.REGIONAL: "1D",
}


def text(code: str) -> Any:
    """A code in an expression."""
    return Value(code, output_field=CharField())


def either(condition: Q, code: Any, other: str) -> Any:
    """One code, or what an expression gives, where a condition holds; another code where it does not."""
    return Case(When(condition, then=text(code) if isinstance(code, str) else code), default=text(other))


def flags_of(code_list: str, field: str) -> Flags:
    """One flag for each code of a reference list that a row's list of codes may hold."""
    return Flags({each: Q(**{f"{field}__contains": [each.code]}) for each in keys_of(code_list)})


def child(path: str, on: dt.date) -> dict[str, Any]:
    """The traits of a child on a day; `path` leads to the child, as "case__child__"."""
    status = f"{path}legal_status"
    lives = f"{path}ward"
    return {
        **said_of(path, on),
        Dimension.WARD: Case(
            When(Q(**{f"{lives}__isnull": True}) | Q(**{lives: ""}), then=text(NOT_KNOWN)), default=F(lives)
        ),
        Dimension.DISABILITY: flags_of("disability", f"{path}disabilities"),
        Dimension.LOOKED_AFTER: Case(
            When(is_looked_after(status), then=text("yes")),
            When(**{status: ""}, then=text("unknown")),
            default=text("no"),
        ),
    }


def said_of(path: str, on: dt.date) -> dict[str, Any]:
    """What a concern says of a child too: sex, age and ethnicity."""
    return {
        Dimension.SEX: Case(When(**{f"{path}sex": ""}, then=text("0")), default=F(f"{path}sex")),
        Dimension.AGE: Case(*_born(f"{path}date_of_birth", on), default=text(UNKNOWN.code)),
        Dimension.ETHNICITY: Case(
            *(
                When(**{f"{path}ethnicity__in": codes}, then=text(group))
                for group, codes in ethnic_groups().items()
            ),
            default=text(_code(NOT_STATED)),
        ),
    }


def aged(path: str, years: str, on: dt.date) -> Any:
    """The age group by the birth date; where that is not known, by an age that was given in years."""
    by_years = [When(**{f"{years}__gte": least}, then=text(code)) for least, code in _AGE_FROM]
    rest = When(**{f"{years}__isnull": False}, then=text(_YOUNGEST))
    return Case(*_born(f"{path}date_of_birth", on), *by_years, rest, default=text(UNKNOWN.code))


def is_looked_after(status: str) -> Q:
    """In care by any order: every legal status that is not another kind of support."""
    support = {each.code for each in reference.codes("legal-status-group")} - {LOOKED_AFTER}
    return ~Q(**{f"{status}__in": [*support, ""]}) & Q(**{f"{status}__isnull": False})


def category(case: str, moment: Any) -> Any:
    """The last category confirmed before a moment, or a moment that the row says; `case` leads to the case's key."""
    decisions = CategoryDecision.objects.filter(case=OuterRef(case), decided_at__lt=moment)
    latest = decisions.order_by("-decided_at", "-id").values("category")[:1]
    return Coalesce(Cast(Subquery(latest), CharField()), text("0"), output_field=CharField())


def category_code(value: int) -> str:
    """The code of a confirmed category."""
    return str(int(RiskCategory(value)))


def ages(used: Collection[str] = ()) -> list[Key]:
    """The age groups of the return."""
    return [*keys_of("age-group"), UNKNOWN]


def ethnicities(used: Collection[str] = ()) -> list[Key]:
    """The census groups, in the order of the list."""
    names = dict.fromkeys(each.extra.get("group", NOT_STATED) for each in reference.codes("ethnicity"))
    return [Key(_code(name), name) for name in names]


def ethnic_groups() -> dict[str, list[str]]:
    """The census groups, each with its codes."""
    found: dict[str, list[str]] = {}
    for each in reference.codes("ethnicity"):
        found.setdefault(_code(each.extra.get("group", NOT_STATED)), []).append(each.code)
    return found


def sources(used: Collection[str] = ()) -> list[Key]:
    """Who told us."""
    may_be = set(SOURCE_OF_KIND.values())
    return [each for each in keys_of("referral-source") if each.code in may_be]


def source_of(kind: str) -> Any:
    """The census code of who told us; `kind` leads to the kind of their agency."""
    return Case(*(When(**{kind: each}, then=text(code)) for each, code in SOURCE_OF_KIND.items()))


def agencies(used: Collection[str]) -> list[Key]:
    """The agencies that have something to count, by name."""
    found = Agency.objects.filter(code__in=[code for code in used if code]).order_by("name")
    return [Key(agency.code, agency.name) for agency in found]


def listed(code_list: str, *, used_only: bool = False) -> Callable[[Collection[str]], Sequence[Key]]:
    """The words of a reference list, with those that an older one had; or only those that count something."""
    if used_only:
        return lambda used: [each for each in keys_of(code_list, used) if each.code in used]
    return lambda used: keys_of(code_list, used)


WORDS: Mapping[Dimension, Sequence[Key] | Callable[[Collection[str]], Sequence[Key]]] = MappingProxyType(
    {
        Dimension.CATEGORY: CATEGORIES,
        Dimension.SEX: listed("sex"),
        Dimension.AGE: ages,
        Dimension.ETHNICITY: ethnicities,
        Dimension.AGENCY: agencies,
        Dimension.WARD: listed("ward"),
        Dimension.LOOKED_AFTER: _LOOKED_AFTER,
        Dimension.SOURCE: sources,
    }
)


def _born(field: str, on: dt.date) -> list[When]:
    bands = [
        When(**{f"{field}__lte": add_months(on, -12 * least)}, then=text(code)) for least, code in _AGE_FROM
    ]
    return [*bands, When(**{f"{field}__isnull": False}, then=text(_YOUNGEST))]


def _code(name: str) -> str:
    return name.lower().replace(" ", "_")
