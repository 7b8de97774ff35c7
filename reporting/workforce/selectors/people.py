"""Who is trained: everybody who works for a partner, what their role needs, and how their training stands on a day."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference.selectors import codes, find_code, label
from cse_portal.reference.working_days import add_months
from reporting.workforce.models import NEEDS, Attendance, Course, StaffMember, TrainingStatus

SOON_MONTHS = 3
ANY = "any"  # trained, also where it expires soon


@dataclass(frozen=True)
class Person:
    """Somebody who works for a partner on a day, with what they attended by then, the newest first."""

    key: uuid.UUID
    name: str
    email: str
    agency: Agency
    role: str
    needs: int
    attended: list[Attendance]
    day: dt.date
    has_account: bool

    @property
    def role_words(self) -> str:
        """What they do, as the list of needs says it."""
        return label(NEEDS, self.role)

    @property
    def until(self) -> dt.date | None:
        """The last day on which they are trained for their role; None if they never were, the last of days for good."""
        return max((each.until for each in self.attended if each.course.level >= self.needs), default=None)

    @property
    def expires_on(self) -> dt.date | None:
        """The same where it is a day."""
        return None if self.until == dt.date.max else self.until

    @property
    def status(self) -> TrainingStatus:
        """Against what the role needs."""
        if self.until is None:
            return TrainingStatus.NEVER
        if self.until < self.day:
            return TrainingStatus.EXPIRED
        return (
            TrainingStatus.SOON if self.until < add_months(self.day, SOON_MONTHS) else TrainingStatus.TRAINED
        )

    @property
    def is_trained(self) -> bool:
        """Today, also where it expires soon."""
        return self.status in (TrainingStatus.TRAINED, TrainingStatus.SOON)


@dataclass(frozen=True)
class Share:
    """Of an agency, a role or everybody: how many work there, and how their training stands."""

    code: str
    name: str
    people: list[Person]

    @property
    def trained(self) -> int:
        """How many are trained."""
        return sum(each.is_trained for each in self.people)

    @property
    def percent(self) -> int:
        """The share trained; a whole number is as good as it gets."""
        return round(self.trained * 100 / len(self.people)) if self.people else 0

    @property
    def numbers(self) -> list[tuple[str, int]]:
        """The columns of a table: by what the list is filtered, and how many it then has; and the share."""
        by_status = Counter(each.status for each in self.people)
        last = [(each.value, by_status[each]) for each in TrainingStatus if each != TrainingStatus.TRAINED]
        return [("", len(self.people)), (ANY, self.trained), ("share", self.percent), *last]


def need_of(role: str, agency: Agency) -> int:
    """The level that this role needs in this agency; 0 where it needs none."""
    found = find_code(NEEDS, role)
    if found is None:
        return 0
    return int(found.extra.get("kinds", {}).get(agency.kind, found.extra["level"]))


def workforce(user: User, on: dt.date | None = None) -> list[Person]:
    """The people whose training this person keeps: of every agency, or of their own; by name."""
    who = gate.require_standing(user, Permission.TRAINING_KEEP)
    return everybody(on, None if gate.can(user, Permission.TRAINING_ALL) else who.agency)


def everybody(on: dt.date | None = None, agency: Agency | None = None) -> list[Person]:
    """All who work for a partner on this day in a role that needs training, as far as the reader may count them."""
    day = on or timezone.localdate()
    members = Membership.objects.filter(starts_on__lte=day, user__is_system=False).not_over(day)
    staff = StaffMember.objects.filter(Q(left_on=None) | Q(left_on__gt=day), added_on__lte=day)
    if agency is not None:
        members, staff = members.filter(agency=agency), staff.filter(agency=agency)
    return _people(members.select_related("user", "agency"), staff.select_related("agency"), day)


def people_of(keys: Collection[uuid.UUID], on: dt.date | None = None) -> list[Person]:
    """Those of them whose keys these are."""
    return [each for each in everybody(on) if each.key in set(keys)]


def _people(members: Iterable[Membership], staff: Iterable[StaffMember], day: dt.date) -> list[Person]:
    found: list[Any] = [(each.user, each.agency, each.role, True) for each in members]
    found += [(each, each.agency, each.role, False) for each in staff]
    keys = [each.pk for each, *_ in found]
    attended = defaultdict(list)
    rows = Attendance.objects.filter(Q(user__in=keys) | Q(staff__in=keys), on__lte=day)
    for row in rows.select_related("course"):
        attended[row.person].append(row)
    people = [
        Person(
            each.pk,
            each.full_name if own else each.name,
            each.email,
            agency,
            role,
            needs,
            attended[each.pk],
            day,
            own,
        )
        for each, agency, role, own in found
        if (needs := need_of(role, agency))
    ]
    return sorted(people, key=lambda each: (each.name, str(each.key)))


def by_agency(people: Iterable[Person]) -> list[Share]:
    """How each agency stands, by name."""
    return sorted(
        _shares(people, lambda each: (each.agency.code, each.agency.name)), key=lambda each: each.name
    )


def by_role(people: Iterable[Person]) -> list[Share]:
    """How each role stands, in the order of the list of needs."""
    shares = {each.code: each for each in _shares(people, lambda each: (each.role, each.role_words))}
    return [shares[each.code] for each in codes(NEEDS) if each.code in shares]


def _shares(people: Iterable[Person], of: Any) -> list[Share]:
    groups: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for each in people:
        groups[of(each)].append(each)
    return [Share(code, name, members) for (code, name), members in groups.items()]


def found_among(
    people: Iterable[Person],
    *,
    text: str = "",
    agency: Agency | None = None,
    role: str = "",
    status: str = "",
) -> list[Person]:
    """Those whom a list is filtered to."""
    words = text.casefold().split()
    return [
        each
        for each in people
        if all(word in f"{each.name} {each.email}".casefold() for word in words)
        and agency in (None, each.agency)
        and role in ("", each.role)
        and (status in ("", each.status) or (status == ANY and each.is_trained))
    ]


def agencies_kept(user: User) -> list[Agency]:
    """The agencies whose training this person keeps."""
    who = gate.require_standing(user, Permission.TRAINING_KEEP)
    if gate.can(user, Permission.TRAINING_ALL):
        return list(Agency.objects.filter(is_active=True).order_by("name"))
    return [who.agency]


def staff_member(user: User, pk: uuid.UUID) -> StaffMember:
    """Somebody without an account whose training this person keeps; NotVisible else."""
    return get_visible(
        StaffMember.objects.filter(pk=pk, agency__in=agencies_kept(user)).select_related("agency")
    )


def courses() -> list[Course]:
    """Every course, by level."""
    return list(Course.objects.all())
