"""Whom to tell that a child is missing, and what an interview tells that police can look for."""

import uuid
from dataclasses import dataclass

from django.db.models import TextChoices

from cases.family.models import NetworkMember, YesNoUnknown
from cases.missing.models import (
    InterviewStep,
    MissingEpisode,
    ReturnHomeInterview,
)
from cases.record.models.case import Case
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import display_date, display_datetime


def to_be_told(case: Case) -> list[tuple[str, str]]:
    """Whom to tell at once that the child is missing, and what to mind: family with parental responsibility whom it is
    safe to contact.
    """
    rows = case.network_members.filter(ended_on=None, parental_responsibility=YesNoUnknown.YES)
    return [(each.name, _mind(each)) for each in rows.exclude(contact_safe=YesNoUnknown.NO)]


def _mind(member: NetworkMember) -> str:
    relation = reference.label("family-relation", member.relation)
    words = f"{member.first_language} interpreter" if member.needs_interpreter else ""
    return ". ".join(filter(None, (relation, words, member.phone)))


class ToldKind(TextChoices):
    """What a line of an interview tells, as a draft of intelligence keeps it."""

    PERSON = "person", "Person"
    PLACE = "place", "Place"
    VEHICLE = "vehicle", "Vehicle"
    CONTACT = "contact", "Phone or account"
    FACT = "fact", "Said"
    SINCE = "since", "Contact since"
    WHEN = "when", "When"
    SOURCE = "source", "Source"


@dataclass(frozen=True)
class ToldLine:
    """One line that may be filled into a draft of intelligence; `key` names it on the page."""

    key: str
    kind: ToldKind
    words: str


def leads_in_interview(interview: ReturnHomeInterview) -> list[ToldLine]:
    """What an interview tells that police can look for, an entry each. Home, school, what pushed them away, how they
    felt, and grading are never among it.
    """
    said = (
        (ToldKind.PERSON, interview.with_whom), (ToldKind.PLACE, interview.where_they_went),
        (ToldKind.VEHICLE, interview.transport), (ToldKind.CONTACT, interview.phones),
        (ToldKind.SINCE, interview.contact_since),
        (ToldKind.FACT, interview.gifts and f"Given: {interview.gifts}"),
    )  # fmt: skip
    entries = [(kind, each.strip()) for kind, words in said for each in words.split(";") if each.strip()]
    if entries:
        episode = interview.episode
        told = f"{episode.case.child.name}, to {interview.interviewer}, {display_date(interview.at)}"
        span = f"{display_datetime(episode.missing_since)} to {display_datetime(episode.returned_at)}"
        entries += [(ToldKind.WHEN, span), (ToldKind.SOURCE, told)]
    return [ToldLine(f"{kind}-{number}", kind, words) for number, (kind, words) in enumerate(entries)]


def interview_for(user: User, pk: uuid.UUID) -> ReturnHomeInterview:
    """An interview that was held, of a case that this person sees; NotVisible for any other."""
    seen = MissingEpisode.objects.visible_to(user).values("pk")
    rows = ReturnHomeInterview.objects.filter(pk=pk, step=InterviewStep.HELD, episode__in=seen)
    return get_visible(rows.select_related("episode__case__child"))


def case_of_interview(user: User, pk: uuid.UUID | None) -> Case | None:
    """The case of an interview from which this person began a draft, while they see it."""
    rows = Case.objects.visible_to(user).filter(missing_episodes__interviews=pk)
    return rows.first() if pk else None
