"""Problem profiles, and the figures of signed returns that they are drawn from."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.reference.quarters import Quarter
from mase.strategy.selectors import ObjectiveRecord, plan
from reporting.measures.models import Dimension
from reporting.measures.selectors.figures import RATE, TOTAL
from reporting.profile.models import PartKind, ProblemProfile, ProfilePart, ProfileQuerySet, Section
from reporting.returns.models import RegionalReturn, ReturnFigure

OFFERED = 3  # years that are over, for which one may be started
COMPLETENESS = "C5"
# The tables of each section, by measure.
TABLES: Mapping[Section, tuple[tuple[str, Dimension], ...]] = MappingProxyType(
    {
        Section.VICTIMS: (
            ("B2", Dimension.CATEGORY), ("B2", Dimension.SEX), ("B2", Dimension.AGE), ("B2", Dimension.ETHNICITY),
            ("B2", Dimension.DISABILITY), ("B2", Dimension.LOOKED_AFTER), ("C2", Dimension.PLACED),
        ),
        Section.PEOPLE: (
            ("F2", Dimension.LINE), ("F2", Dimension.STATUS), ("F4", Dimension.ALL), ("G1", Dimension.TACTIC),
        ),
        Section.LOCATIONS: (
            ("F3", Dimension.LINE), ("F3", Dimension.TYPE), ("F3", Dimension.SITE), ("E1", Dimension.PLACE),
        ),
        Section.THEMES: (
            ("B2", Dimension.MODEL), ("B5", Dimension.HARM), ("C3", Dimension.SCHOOL), ("E2", Dimension.LINE),
            ("J2", Dimension.THEME),
        ),
        Section.TIMES: (("B1", Dimension.ALL), ("E1", Dimension.HOURS)),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A part, of a recommendation that was taken up how its objective stands, and its words for the reader."""

    part: ProfilePart
    objective: ObjectiveRecord | None
    text: str = ""


@dataclass(frozen=True)
class ProfileRecord:
    """A profile with everything on its page.

    `returns` has the newest signed return of each quarter that has one; `figures` theirs, by table and quarter.
    """

    profile: ProblemProfile
    parts: list[Part]
    returns: Mapping[Quarter, RegionalReturn]
    figures: Mapping[tuple[str, str], Mapping[Quarter, list[ReturnFigure]]]

    @property
    def missing(self) -> list[Quarter]:
        """The quarters without a signed return."""
        return [each for each in self.profile.quarters if each not in self.returns]

    def of(self, kind: PartKind, section: Section | None = None) -> list[Part]:
        """The parts of a kind, of one section or of all."""
        return [
            each for each in self.parts
            if each.part.kind == kind and section in (None, Section(each.part.section))
        ]  # fmt: skip


def profiles(user: User) -> ProfileQuerySet:
    """Those that this person reads, newest first."""
    return ProblemProfile.objects.visible_to(user).select_related("started_by", "published_by")


def profile_for(user: User, slug: str) -> ProblemProfile:
    """One by its year; NotVisible where there is none for this person."""
    year = slug[:4]
    found = get_visible(profiles(user).filter(year=int(year) if year.isdecimal() else 0))
    if found.slug != slug:
        raise NotVisible
    return found


def part_for(user: User, pk: uuid.UUID) -> ProfilePart:
    """One part of a profile that this person reads."""
    rows = ProfilePart.objects.filter(profile__in=ProblemProfile.objects.visible_to(user))
    return get_visible(rows.filter(pk=pk).select_related("profile", "agency"))


def years_to_start(user: User) -> list[int]:
    """Financial years that are over and have no profile yet, newest first; for who prepares returns."""
    if not gate.can(user, Permission.RETURN_PREPARE):
        return []
    today = timezone.localdate()
    last = Quarter.containing(today).year - 1
    taken = set(ProblemProfile.objects.values_list("year", flat=True))
    return [year for year in range(last, last - OFFERED, -1) if year not in taken]


def record_of(user: User, profile: ProblemProfile) -> ProfileRecord:
    """Everything on a profile's page. One that is published keeps to the returns signed until then."""
    slugs = {each.slug: each for each in profile.quarters}
    signed = RegionalReturn.objects.signed().filter(quarter__in=slugs)
    if profile.published_at:
        signed = signed.filter(signed_at__lte=profile.published_at)
    returns = {slugs[each.quarter]: each for each in signed.order_by("signed_at")}
    objectives = {each.objective.pk: each for each in plan(user)}
    parts = profile.parts.select_related("agency", "objective", "profile")
    return ProfileRecord(
        profile,
        [Part(each, objectives.get(each.objective.pk) if each.objective else None) for each in parts],
        dict(sorted(returns.items())),
        _figures(returns),
    )


def _figures(
    returns: Mapping[Quarter, RegionalReturn],
) -> dict[tuple[str, str], dict[Quarter, list[ReturnFigure]]]:
    wanted = {each for tables in TABLES.values() for each in tables} | {(COMPLETENESS, Dimension.FIELD)}
    found: dict[tuple[str, str], dict[Quarter, list[ReturnFigure]]] = {}
    quarters = {each.pk: quarter for quarter, each in returns.items()}
    rows = ReturnFigure.objects.filter(
        measure__regional_return__in=returns.values(), measure__code__in={code for code, _ in wanted},
        measure__revision__gt=0, dimension__in={dimension for _, dimension in wanted},
    ).exclude(column=RATE).select_related("measure").order_by("order")  # fmt: skip
    for figure in rows:
        key = (figure.measure.code, figure.dimension)
        if key in wanted:
            quarter = quarters[figure.measure.regional_return_id]
            found.setdefault(key, {}).setdefault(quarter, []).append(figure)
    return found


def incomplete(record: ProfileRecord) -> list[ReturnFigure]:
    """Of how many each field was not recorded in the year's last signed return: its known unknowns."""
    by_quarter = record.figures.get((COMPLETENESS, Dimension.FIELD), {})
    if not by_quarter:
        return []
    last = by_quarter[max(by_quarter)]
    return [each for each in last if each.column == "missing" and each.row != TOTAL]
