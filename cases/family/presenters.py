"""The family, confidential addresses without the place, and health detail in words."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.urls import reverse

from cases.family.models import ConfidentialAddress, HealthNote, NetworkMember, YesNoUnknown
from cases.record.models.case import Case
from cse_portal.reference.selectors import label
from cse_portal.ui.presenters import TimelineEntry, age_on, display_date, joined

RESPONSIBILITY = {
    YesNoUnknown.YES: "Parental responsibility",
    YesNoUnknown.NO: "",
    YesNoUnknown.UNKNOWN: "",
}
CONTACT = {
    YesNoUnknown.YES: "Safe",
    YesNoUnknown.NO: "Do not contact",
    YesNoUnknown.UNKNOWN: "Not asked",
}


@dataclass(frozen=True)
class HiddenWords:
    """What the overview says of what stands apart."""

    kinds: str
    ask: str


def kept_apart(case: Case, found: Iterable[ConfidentialAddress]) -> HiddenWords:
    """Whose address is confidential, and whom to ask."""
    first, *others = (each.get_kind_display() for each in found)
    kinds = joined([first, *(f"{words[:1].lower()}{words[1:]}" for words in others)])
    return HiddenWords(kinds=kinds, ask=contact_for_address(case))


def contact_for_address(case: Case) -> str:
    """The lead professional, or the lead agency where there is none."""
    lead = case.lead_professional
    return f"{lead.full_name}, {case.lead_agency.short_name}" if lead else case.lead_agency.name


def health_entries(notes: Iterable[HealthNote]) -> list[TimelineEntry]:
    """What happened, when, and which agency says so."""
    return [
        TimelineEntry(
            title=note.get_topic_display(),
            when=display_date(note.happened_on),
            by=f"{note.recorded_by.full_name}, {note.agency.short_name}",
            body=". ".join(part for part in (camhs_words(note), note.text) if part),
        )
        for note in notes
    ]


def camhs_words(note: HealthNote) -> str:
    """How far CAMHS are, with whom, and when next; nothing of another note."""
    worker = f"worker {note.camhs_worker}" if note.camhs_worker else ""
    on = f"next appointment {display_date(note.next_on)}" if note.next_on else ""
    return ", ".join(part for part in (note.get_camhs_display(), worker, on) if part)


@dataclass(frozen=True)
class MemberRow:
    """A line of the family's table."""

    key: uuid.UUID
    name: str
    relation: str
    born: str
    facts: list[str]
    contact: str
    is_unsafe: bool
    phone: str
    language: str
    sibling_url: str
    is_current: bool


def member_rows(members: Iterable[NetworkMember], linked: Collection[str]) -> list[MemberRow]:
    """The family in words. `linked`: the references of siblings' cases that the reader may open."""
    return [
        MemberRow(
            key=each.pk,
            name=each.name,
            relation=", ".join(
                part for part in (label("family-relation", each.relation), each.organisation) if part
            ),
            born=f"{display_date(each.date_of_birth)}, aged {age_on(each.date_of_birth)}"
            if each.date_of_birth
            else "",
            facts=_facts(each),
            contact=CONTACT[YesNoUnknown(each.contact_safe)],
            is_unsafe=each.contact_safe == YesNoUnknown.NO,
            phone=each.phone,
            language=_language(each),
            sibling_url=reverse("cases:case", args=[each.sibling_case])
            if each.sibling_case in linked
            else "",
            is_current=each.ended_on is None,
        )
        for each in members
    ]


def _facts(member: NetworkMember) -> list[str]:
    """What else is recorded of them, each in a few words."""
    said = (
        "Lives with the child or young person" if member.lives_with_child else "",
        "The child or young person trusts them" if member.is_trusted else "",
        RESPONSIBILITY[YesNoUnknown(member.parental_responsibility)],
        member.contact_reason,
        member.notes,
    )
    return [each for each in said if each]


def _language(member: NetworkMember) -> str:
    interpreter = "needs an interpreter" if member.needs_interpreter else ""
    words = ", ".join(part for part in (member.first_language, interpreter) if part)
    return words[:1].upper() + words[1:]
