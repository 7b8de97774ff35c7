"""Telling the sides of a disagreement and the people of a CMOG, without a name, and only what each may open."""

from collections.abc import Iterable

from django.urls import reverse

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.ui.presenters import display_date
from mase.disagreements.models import LAST_STAGE, Disagreement
from mase.disagreements.selectors import called_at, stage_code
from mase.meetings.choices import SITS_ON_EVERY, MeetingKind
from mase.meetings.models.meeting import Meeting
from mase.meetings.selectors.meetings import chairs_for, people_to_tell


def tell_parties(held: Disagreement, words: str, *, by: User | None, urgent: bool = False) -> None:
    """A line for those of both agencies, the chair and the lead professional, of whom each sees the case."""
    people = dict.fromkeys([*_sides(held), *chairs_for(held.case)])
    if by is not None:
        people.pop(by, None)
    _tell(held, people, words, urgent=urgent)


def tell_stage(held: Disagreement, *, by: User | None) -> None:
    """Anyone whom the reference data name for the stage it has reached, from line managers to the board's chair."""
    stage, day = stage_code(held).label.lower(), display_date(held.due_on)
    words = (
        f"{held.agency.short_name} and {held.against.short_name} disagree about a child. Stage: {stage}. "
        f"Settle it by {day}. {_whom_to_ring(held)}"
    )
    _tell_called(held, words, by=by)


def tell_leads(held: Disagreement, *, by: User) -> None:
    """Anyone who answers for the people of either agency finds its head of service today; at the last stage also whom
    that names.
    """
    last = held.stage == LAST_STAGE
    words = (
        f"{held.agency.short_name} and {held.against.short_name} disagree, and a child may not be safe today. "
        f"{'Ring' if last else 'Have your head of service ring'} the CSE Team Manager now."
    )
    _tell_called(held, words, by=by, urgent=True)


def tell_last_stage_over(held: Disagreement) -> None:
    """The time of the last stage is over: the team managers who chair for this child, and whom that stage names."""
    words = "A professional disagreement was not settled in the time of its last stage. Nobody is above it: settle it."
    _tell(held, chairs_for(held.case), words)
    words = (
        f"{held.agency.short_name} and {held.against.short_name} still disagree about a child, and the time of "
        f"{stage_code(held).label.lower()} is over. Speak with the CSE Team Manager today."
    )
    _tell_called(held, words, by=None)


def _whom_to_ring(held: Disagreement) -> str:
    person = held.raised_by
    return f"Ring {', '.join(filter(None, (person.full_name, held.agency.short_name, person.phone)))}."


def _tell_called(held: Disagreement, words: str, *, by: User | None, urgent: bool = False) -> None:
    """They see no case by their role: the line names neither child nor reference, and leads to no page of either.

    Silence must not be an answer: of an agency or role with nobody, those who chair for the child are told, to ring it.
    """
    called = called_at(held)
    for agency in called.silent:
        who = agency.short_name if agency else "The board"
        asks = f"{who} has nobody for the stage of {stage_code(held).label.lower()} of a disagreement. "
        asks += "Ring them: who answers?"
        if held.case.is_restricted:
            asks += " The case is restricted: nobody there who does not see it was told."
        # Of a restricted case that may be no chair, where somebody else of the CSE team restricted it.
        _tell(held, chairs_for(held.case) or _sides(held), asks, urgent=urgent)
    people = [each for each in called.people if each != by]
    notify_all([_line(held, each, words) for each in people], urgent=urgent)


def _line(held: Disagreement, person: User, words: str) -> Notification:
    if gate.can(person, Permission.DISAGREEMENT_VIEW, held):
        url = reverse("mase:disagreement", args=[held.pk])
        return Notification(user=person, text=words, url=url, case_id=held.case_id)
    return Notification(user=person, text=words, url=reverse("home"))


def _sides(held: Disagreement) -> list[User]:
    """Those of both agencies, and the lead professional."""
    people = [*people_to_tell(held.agency), *people_to_tell(held.against)]
    return [*people, held.case.lead_professional] if held.case.lead_professional else people


def _tell(held: Disagreement, people: Iterable[User], words: str, *, urgent: bool = False) -> None:
    """Each of them who sees the case, once."""
    asked = dict.fromkeys(people)
    gate.ask_together(asked, Permission.CASE_VIEW, held.case)
    told = [each for each in asked if gate.can(each, Permission.DISAGREEMENT_VIEW, held)]
    notify_all([_line(held, each, words) for each in told], urgent=urgent)


def everybody(meeting: Meeting) -> list[User]:
    """Who sits on every one of its kind, and who was asked to it by name, as far as they may see it now."""
    named = meeting.invitations.filter(person__isnull=False).select_related("person")
    asked = [each.person for each in named if each.person]
    people = dict.fromkeys([*people_who_may(SITS_ON_EVERY[MeetingKind(meeting.kind)]), *asked])
    return [person for person in people if gate.can(person, Permission.MEETING_VIEW, meeting)]
