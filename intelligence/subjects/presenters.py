"""Subjects of concern in words."""

from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import display_date, short_date
from intelligence.subjects.models import Subject, SubjectKind


def standing_words(subject: Subject) -> str:
    """Where it stands, by the list of its kind. Of a person under 18 nothing is said that sounds like guilt."""
    if subject.is_child:
        return "A child, named in intelligence"
    return label(SubjectKind(subject.kind).standings, subject.standing)


def detail(subject: Subject) -> str:
    """What tells it from another of the same name, on one line."""
    born = f"born {display_date(subject.date_of_birth)}" if subject.date_of_birth else ""
    since = f"{standing_words(subject).lower()} since {short_date(subject.standing_since)}"
    parts = [subject.reference, born, since if subject.is_person else "", subject.address]
    if subject.identifier not in subject.name:
        parts.append(subject.identifier)
    return ", ".join(part for part in parts if part)
