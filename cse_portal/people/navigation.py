"""The link to an agency's people, what waits for their lead, and the tokens that end with somebody who leaves."""

from django.urls import reverse

from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.people.selectors import own_agency
from cse_portal.sign_in import tokens
from cse_portal.ui.navigation import (
    LeftBehind,
    NavItem,
    register_left_behind,
    register_page,
)
from cse_portal.ui.presenters import counted


def issued_tokens(user: User, person: User) -> LeftBehind | None:
    """The tokens of the agency's systems that anyone who leaves issued: they end with them."""
    number = tokens.issued(person, own_agency(user)).count()
    if not number:
        return None
    issued = f"{person} issued {counted(number, 'token')} of your agency’s systems."
    words = f"{issued} What they issued ends with the membership, and the systems that use it are shut out."
    return LeftBehind(words, "Issue new ones", reverse("people:list"))


register_left_behind("tokens", issued_tokens)
register_page(NavItem("People of your agency", "people:list", Permission.PEOPLE_MANAGE, order=10))
