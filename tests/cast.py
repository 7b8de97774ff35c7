"""The cast: people named by what they are, the same in the tests and on the demo's sign-in page."""

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.demo.people import AGENCIES, CAST

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Cast:
    """Everyone a test may need, by name: `cast.manager`, `cast.outsider`; agencies by code: `cast.agency("police")`."""

    people: dict[str, User]
    agencies: dict[str, Agency]

    def __getattr__(self, name: str) -> User:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def __deepcopy__(self, memo: dict[int, Any]) -> "Cast":
        """By its parts: `__getattr__` would look for people in a cast that has none yet."""
        return Cast(deepcopy(self.people, memo), deepcopy(self.agencies, memo))

    def __iter__(self) -> "Iterator[str]":
        return iter(self.people)

    def agency(self, code: str) -> Agency:
        """The agency with this code."""
        return self.agencies[code]


def make_cast() -> Cast:
    """Every agency of the demo board and every member of the cast, without a password.

    What `add_agency` and `add_person` write, and that each has nobody to declare, in five statements: nearly every
    test begins with it.
    """
    groups = Group.objects.bulk_create([Group(name=f"agency:{each.code}") for each in AGENCIES])
    agencies = Agency.objects.bulk_create(
        Agency(code=each.code, name=each.name, short_name=each.short_name, kind=each.kind, group=group)
        for each, group in zip(AGENCIES, groups, strict=True)
    )
    by_code = {agency.code: agency for agency in agencies}
    people = User.objects.bulk_create(
        User(
            email=each.email, full_name=each.full_name, job_title=each.job_title, password=make_password(None)
        )
        for each in CAST
    )
    Membership.objects.bulk_create(
        Membership(user=person, agency=by_code[each.agency], role=each.role, starts_on=each.starts_on())
        for each, person in zip(CAST, people, strict=True)
    )
    return Cast({each.key: person for each, person in zip(CAST, people, strict=True)}, by_code)
