"""The groups that measures are broken down by, with their words from the reference lists."""

import datetime as dt
from collections.abc import Iterable
from functools import cache

from cases.record.choices import RiskCategory
from cases.record.models.child import Child
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import Agency
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import age_on
from intelligence.hotspots.selectors import NOT_KNOWN
from reporting.measures.selectors.figures import Key

CATEGORIES = (
    Key("3", "Category 3: high – significant"),
    Key("2", "Category 2: medium – serious"),
    Key("1", "Category 1: low – at risk"),
    Key("0", "No category confirmed"),
)
AGE_NOT_KNOWN = Key("unknown", "Not known")
NOT_STATED = "Not stated"

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


def category(value: int) -> str:
    """The code of a confirmed category."""
    return str(int(RiskCategory(value)))


def sexes() -> list[Key]:
    """Every sex the census knows, not recorded last."""
    return [Key(entry.code, entry.label) for entry in reference.codes("sex")]


def sex(code: str) -> str:
    """The census code; blank is not recorded."""
    return code or "0"


def ward(child: Child | None) -> str:
    """Where a child lives; of a concern without a case nobody has said."""
    return (child.ward if child else "") or NOT_KNOWN


def ages() -> list[Key]:
    """The age groups of the return."""
    return [*(Key(entry.code, entry.label) for entry in reference.codes("age-group")), AGE_NOT_KNOWN]


def age(born: dt.date | None, on: dt.date) -> str:
    """The group a child's age falls in on a day."""
    return age_group(age_on(born, on))


def age_group(years: int | None) -> str:
    """The group of an age in years."""
    if years is None:
        return AGE_NOT_KNOWN.code
    return next((code for least, code in _AGE_FROM if years >= least), "0-9")


def ethnicities() -> list[Key]:
    """The census groups, in the order of the list."""
    groups = dict.fromkeys(_ethnic_groups().values())
    return [Key(name.lower().replace(" ", "_"), name) for name in groups]


def ethnicity(code: str) -> str:
    """The group of an ethnicity code; blank is not stated."""
    return _ethnic_groups().get(code, NOT_STATED).lower().replace(" ", "_")


def sources() -> list[Key]:
    """Who told us."""
    used = set(SOURCE_OF_KIND.values())
    return [
        Key(entry.code, entry.label) for entry in reference.codes("referral-source") if entry.code in used
    ]


def agencies(with_figures: Iterable[str]) -> list[Key]:
    """The agencies that have something to count, by name."""
    wanted = {code for code in with_figures if code}
    return [
        Key(agency.code, agency.name) for agency in Agency.objects.filter(code__in=wanted).order_by("name")
    ]


_AGE_FROM = ((18, "18+"), (16, "16-17"), (13, "13-15"), (10, "10-12"), (0, "0-9"))


@cache
def _ethnic_groups() -> dict[str, str]:
    return {entry.code: entry.extra.get("group", NOT_STATED) for entry in reference.codes("ethnicity")}
