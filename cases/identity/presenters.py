"""The child's own phones, accounts and cards, and what they say of who they are, in words."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from cases.identity.models import ContactKind, ContactPoint, IdentityAnswer
from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import Row, display_date

NO_NUMBER = "Number not known"


@dataclass(frozen=True)
class ContactRow:
    """A phone, an account or a card in a line."""

    key: uuid.UUID
    kind: str
    name: str
    detail: str
    dial: str
    in_use: bool


def contact_rows(points: Iterable[ContactPoint]) -> list[ContactRow]:
    """What it is, its number or name, and what is known of it. Only a phone can be dialled."""
    return [
        ContactRow(
            key=each.pk,
            kind=each.get_kind_display(),
            name=": ".join(filter(None, (each.platform, each.value or NO_NUMBER))),
            detail=". ".join(filter(None, _details(each))),
            dial=each.value.replace(" ", "") if each.kind == ContactKind.PHONE else "",
            in_use=each.ended_on is None,
        )
        for each in points
    ]


def _details(contact: ContactPoint) -> tuple[str, str, str]:
    since = f"since {display_date(contact.began_on)}" if contact.began_on else ""
    until = f"until {display_date(contact.ended_on)}" if contact.ended_on else ""
    when = " ".join(filter(None, (since, until)))
    known = label("provenance", contact.provenance)
    return contact.used_for.rstrip("."), when[:1].upper() + when[1:], known


def identity_rows(answer: IdentityAnswer | None) -> list[Row]:
    """What the child said last, who was told, and by whom it was written down."""
    if answer is None:
        return []
    by = f"{answer.recorded_by.full_name}, {answer.agency.short_name}, {display_date(answer.recorded_at)}"
    rows = [
        Row("Gender identity", label("gender-identity", answer.gender_identity)),
        Row("Sexual orientation", label("sexual-orientation", answer.sexual_orientation)),
        Row("In their own words", answer.own_words),
        Row("Who told it", answer.get_told_by_display()),
        Row("Who knows, and who must not be told", answer.who_knows),
        Row("Recorded by", by),
    ]
    return [row for row in rows if row.value]
