"""About fifty more people in the thirteen agencies, so that lists look like a real partnership's."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from cse_portal.accounts import services
from cse_portal.accounts.choices import Role, WhySuspended
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.demo.people import AGENCIES, CAST
from cse_portal.people.policies import DORMANT_AFTER

# Agency code: the names and posts of its people.
STAFF: dict[str, tuple[tuple[str, str], ...]] = {
    "csc": (
        ("Grace Adeyemi", "Service manager"),
        ("Tom Whitlock", "Social worker"),
        ("Farah Siddiq", "Social worker"),
        ("Ben Colley", "Social worker"),
        ("Joanna Rudd", "Team manager"),
        ("Samir Nath", "Social worker"),
        ("Ellen Voss", "Independent reviewing officer"),
        ("Callie Stroud", "Family support worker"),
    ),
    "cse-team": (
        ("Iris Mendel", "CSE worker"),
        ("Jonah Peake", "CSE worker"),
        ("Ruth Carver", "CSE worker"),
    ),
    "police": (
        ("Martin Sloane", "Detective inspector"),
        ("Kelly Dunmore", "Missing persons officer"),
        ("Rashid Amin", "Intelligence officer"),
        ("Fiona Beck", "Detective constable"),
        ("Neil Proud", "Neighbourhood sergeant"),
    ),
    "health": (
        ("Celia Frost", "Designated nurse"),
        ("Dawn Pettit", "LAC nurse"),
        ("Omar Reza", "CAMHS practitioner"),
        ("Beth Swale", "School nurse"),
    ),
    "hospital": (
        ("Alan Crewe", "Named doctor"),
        ("Sana Mirza", "Emergency department sister"),
        ("Judith Pole", "Sexual health nurse"),
    ),
    "education": (
        ("Marian Lowe", "Virtual school head"),
        ("Gareth Pugh", "Safeguarding lead"),
        ("Nisha Kaur", "Safeguarding lead"),
        ("Peter Hallam", "Inclusion officer"),
        ("Tess Worrall", "Safeguarding lead"),
    ),
    "early-help": (
        ("Colin Marr", "COG manager"),
        ("Abi Foster", "Early help worker"),
        ("Zoe Latham", "Early help worker"),
    ),
    "yos": (
        ("Derek Shaw", "YOS manager"),
        ("Milly Okoro", "YOS worker"),
        ("Ross Tierney", "YOS worker"),
    ),
    "housing": (
        ("Lorna Keys", "Licensing manager"),
        ("Vikram Rao", "Housing officer"),
        ("Stella Byrne", "Licensing officer"),
    ),
    "voluntary": (
        ("Holly Crane", "Project manager"),
        ("Sam Aldous", "Youth worker"),
        ("Tariq Bell", "ISVA"),
        ("Wendy Plum", "Parent worker"),
    ),
    "neighbour": (
        ("Irene Cobb", "Service manager"),
        ("Luke Farren", "Social worker"),
    ),
    "business-unit": (
        ("Hugh Lacey", "Board manager"),
        ("Moira Tait", "Board member"),
    ),
    "regional": (
        ("Clive Rennie", "Regional coordinator"),
        ("Anna Doyle", "Regional analyst"),
    ),
}
ROLES = {
    ("cse-team", 0): Role.COORDINATOR, ("cse-team", 1): Role.COORDINATOR, ("cse-team", 2): Role.COORDINATOR,
    ("police", 2): Role.POLICE_INTELLIGENCE,
    ("business-unit", 0): Role.ANALYST, ("business-unit", 1): Role.BOARD_MEMBER,
    ("regional", 0): Role.BOARD_MEMBER, ("regional", 1): Role.BOARD_MEMBER,
}  # fmt: skip


# Who looks after the people of an agency; of social care it is one of the cast.
LEADS = {
    "cse-team": "Paula Finch", "police": "Graham Tully", "health": "Ines Calder", "hospital": "Rupert Vale",
    "education": "Sheila Bourne", "early-help": "Dean Ratcliffe", "yos": "Mona Ferris", "housing": "Keith Orme",
    "voluntary": "Jade Linton", "neighbour": "Oscar Penn", "business-unit": "Thea Moss", "regional": "Ralph Dunne",
}  # fmt: skip
# Who speaks for an agency at strategic CMOG.
DIRECTORS = {
    "csc": "Frances Adair", "police": "Neil Corrigan", "health": "Sunita Mehta", "education": "Howard Pym",
}  # fmt: skip
# Of social care: whom the lead should confirm by now, who has not come for long, and since how many days.
UNCONFIRMED = {"Tom Whitlock": 93, "Farah Siddiq": 96}
DORMANT = {"Callie Stroud": 190}


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
        (Role.AGENCY_LEAD, "Business manager", LEADS), (Role.BOARD_MEMBER, "Director", DIRECTORS),
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
    for name, days in UNCONFIRMED.items():
        Membership.objects.filter(user__full_name=name).update(
            last_confirmed_on=today - dt.timedelta(days=days)
        )
    for name, days in DORMANT.items():
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
