"""The cast: people named by what they are, the same in the tests and on the demo's sign-in page."""

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cse_portal.accounts import services
from cse_portal.accounts.models import Agency, User
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
    """Every agency of the demo board and every member of the cast, without a password."""
    agencies = {
        each.code: services.add_agency(
            code=each.code, name=each.name, short_name=each.short_name, kind=each.kind
        )
        for each in AGENCIES
    }
    people = {}
    for member in CAST:
        people[member.key] = services.add_person(
            email=member.email,
            full_name=member.full_name,
            agency=agencies[member.agency],
            role=member.role,
            job_title=member.job_title,
            starts_on=member.starts_on(),
        )
    return Cast(people, agencies)
