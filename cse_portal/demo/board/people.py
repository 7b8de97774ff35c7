"""About fifty more people in the thirteen agencies, so that lists look like a real partnership's."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from cse_portal.accounts import services
from cse_portal.accounts.choices import Role, WhySuspended
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.demo.board import words
from cse_portal.demo.people import AGENCIES, CAST
from cse_portal.people.policies import DORMANT_AFTER

_SAID = words.read("people")
# Agency code: the names and posts of its people.
STAFF: dict[str, list[list[str]]] = _SAID.staff
ROLES = {
    ("cse-team", 0): Role.COORDINATOR, ("cse-team", 1): Role.COORDINATOR, ("cse-team", 2): Role.COORDINATOR,
    ("police", 2): Role.POLICE_INTELLIGENCE,
    ("business-unit", 0): Role.ANALYST, ("business-unit", 1): Role.BOARD_MEMBER,
    ("regional", 0): Role.BOARD_MEMBER, ("regional", 1): Role.BOARD_MEMBER,
}  # fmt: skip


@dataclass(frozen=True)
class Board:
    """Everyone on the demo board, by agency and by what they are."""

    agencies: dict[str, Agency]
    cast: dict[str, User]
    staff: dict[str, list[User]]


def make_board() -> Board:
    """Every agency, the cast and their colleagues, with memberships that began before the demo's two years."""
    agencies = {
        each.code: services.add_agency(
            code=each.code, name=each.name, short_name=each.short_name, kind=each.kind
        )
        for each in AGENCIES
    }
    cast = {
        each.key: services.add_person(
            email=each.email, full_name=each.full_name, job_title=each.job_title,
            agency=agencies[each.agency], role=each.role, starts_on=each.starts_on(),
            phone=f"07700 9001{number:02}",
        )
        for number, each in enumerate(CAST)
    }  # fmt: skip
    staff = {
        code: [_colleague(agencies[code], code, number) for number in range(len(STAFF[code]))]
        for code in STAFF
    }
    for role, title, named in (
        (Role.AGENCY_LEAD, "Business manager", _SAID.leads), (Role.BOARD_MEMBER, "Director", _SAID.directors),
    ):  # fmt: skip
        for code, name in named.items():
            services.add_person(
                email=f"{name.lower().replace(' ', '.')}@example.org", full_name=name, job_title=title,
                agency=agencies[code], role=role, starts_on=CAST[0].starts_on(),
            )  # fmt: skip
    return Board(agencies, cast, staff)


def settle(now: dt.datetime) -> None:
    """At the end of the story: everybody was here lately, but for a few, so that a lead has something to do."""
    today = timezone.localdate(now)
    User.objects.update(last_login=now - dt.timedelta(days=2))
    Membership.objects.update(last_confirmed_on=today - dt.timedelta(days=30))
    for name, days in _SAID.unconfirmed.items():
        Membership.objects.filter(user__full_name=name).update(
            last_confirmed_on=today - dt.timedelta(days=days)
        )
    for name, days in _SAID.dormant.items():
        User.objects.filter(full_name=name).update(last_login=now - dt.timedelta(days=days), is_active=False)
        Membership.objects.filter(user__full_name=name).update(
            suspended_at=now - dt.timedelta(days=days - DORMANT_AFTER), suspended_why=WhySuspended.DORMANT
        )


def _colleague(agency: Agency, code: str, number: int) -> User:
    name, title = STAFF[code][number]
    role = ROLES.get((code, number), Role.PRACTITIONER)
    return services.add_person(
        email=f"{name.lower().replace(' ', '.')}@example.org", full_name=name, job_title=title, agency=agency,
        role=role, phone=f"07700 900{100 + sum(map(ord, name)) % 900:03d}", starts_on=CAST[0].starts_on(),
    )  # fmt: skip
