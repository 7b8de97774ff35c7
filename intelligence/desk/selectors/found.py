"""Who and what is found in the text of a submission, among what the unit knows. A child is never among them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cse_portal.accounts.models import User
from cse_portal.ui.presenters import age_on
from intelligence.subjects.models import ADULT, Subject, SubjectKind
from intelligence.subjects.selectors.matching import Text, called, why_matched
from intelligence.submissions.models import IntelligenceSubmission
from intelligence.submissions.selectors import ROW_FIELDS

Known = tuple[Subject, str]  # what is known, and why it is shown
MOST_KNOWN = 2000
CHILD_ROLE = "CHILD_AT_RISK"


@dataclass(frozen=True)
class NewOne:
    """A person or thing of the submission's rows that is not known yet: one press makes the record from the row."""

    kind: SubjectKind
    row: str
    words: str
    fields: dict[str, Any]


def text_of(submission: IntelligenceSubmission) -> Text:
    """Everything its author wrote about whom and what it concerns."""
    rows = [
        str(getattr(row, name) or "")
        for noun, names in ROW_FIELDS.items()
        for row in getattr(submission, noun).all()
        for name in names
    ]
    return Text("\n".join(rows), tuple(row.registration for row in submission.vehicles.all()))


def matches(user: User, text: Text) -> list[Known]:
    """The subjects this person may see that the text may mean, and why; by their kind."""
    found = [
        (each, why)
        for each in Subject.objects.visible_to(user).kept()[:MOST_KNOWN]
        if (why := why_matched(each, text))
    ]
    return sorted(found, key=lambda known: SubjectKind.values.index(known[0].kind))


def new_ones(submission: IntelligenceSubmission, known: Iterable[Known]) -> tuple[list[NewOne], list[str]]:
    """The rows that match nothing known, to be added; and the names of those who are children, who never are."""
    found, children = [], []
    subjects = [subject for subject, _ in known]
    for noun, row in ((each, row) for each in ROW_FIELDS for row in getattr(submission, each).all()):
        if noun == "subjects" and is_child(row.role, row.date_of_birth, row.age):
            children.append(row.name)
        elif noun != "lines":
            kind, fields = _kept(noun, row)
            words = ", ".join(filter(None, (called(kind, fields), fields.get("address"))))
            said = Text(f"{words} {fields.get('identifier', '')}", (fields.get("identifier", ""),))
            if words and not any(why_matched(each, said) for each in subjects):
                found.append(NewOne(kind, f"{noun}:{row.order}", words, fields))
    return found, children


def _kept(noun: str, row: Any) -> tuple[SubjectKind, dict[str, Any]]:
    """What a record is made of, by a row of a submission."""
    if noun == "subjects":
        named = f"{row.given_name} {row.family_name}".strip()
        fields = {"name": named, "date_of_birth": row.date_of_birth, "description": row.description}
        return SubjectKind.PERSON, {**fields, "other_names": row.other_names}
    if noun == "places":
        fields = {"name": row.name, "address": row.address, "identifier": row.postcode}
        return SubjectKind.PLACE, {**fields, "description": row.details}
    if noun == "vehicles":
        looks = {"make_and_model": row.make_and_model, "colour": row.colour}
        return SubjectKind.VEHICLE, {
            "identifier": row.registration,
            "details": looks,
            "description": row.details,
        }
    kind = SubjectKind.PHONE if row.kind == "PHONE" else SubjectKind.ACCOUNT
    return kind, {"identifier": row.value, "description": row.details}


def is_child(role: str, born: Any, age: str) -> bool:
    """Whether a row is about a child, as far as its author could say."""
    years = age_on(born)
    if years is None:
        said = re.search(r"\d+", age or "")
        years = int(said.group()) if said else None
    return role == CHILD_ROLE or years is not None and years < ADULT
