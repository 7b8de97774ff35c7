"""Telling the sides of a disagreement and the people of a CMOG, without a name, and only what each may open."""

from collections.abc import Iterable

from django.urls import reverse

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import excluded_from
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all
from cse_portal.reference.models import Code
from cse_portal.reference.selectors import codes
from mase.disagreements.models import LAST_STAGE, Disagreement, StageCall
from mase.disagreements.selectors import answers_for, may_be_called
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
    stage = _stage(held)
    words = (
        f"{held.agency.short_name} and {held.against.short_name} disagree about a child. It is now at the stage of "
        f"{stage.label.lower()}: see that it is settled in time."
    )
    _tell_roles(held, words, by=by)


def tell_leads(held: Disagreement, *, by: User) -> None:
    """Anyone who answers for the people of either agency finds its head of service today; at the last stage also whom
    that names.
    """
    last = held.stage == LAST_STAGE
    words = (
        f"{held.agency.short_name} and {held.against.short_name} disagree, and a child may not be safe today. "
        f"{'Ring' if last else 'Have your head of service ring'} the CSE Team Manager now."
    )
    _tell_roles(held, words, by=by, urgent=True)


def tell_last_stage_over(held: Disagreement) -> None:
    """The time of the last stage is over: the team managers who chair for this child, and whom that stage names."""
    words = "A professional disagreement was not settled in the time of its last stage. Nobody is above it: settle it."
    _tell(held, chairs_for(held.case), words)
    stage = _stage(held)
    words = (
        f"{held.agency.short_name} and {held.against.short_name} still disagree about a child, and the time of "
        f"{stage.label.lower()} is over. Speak with the CSE Team Manager today."
    )
    _tell_roles(held, words, by=None)


def _tell_roles(held: Disagreement, words: str, *, by: User | None, urgent: bool = False) -> None:
    """They see no case by their role: the line names neither child nor reference, and leads to a page without either.

    At each stage those whom the two agencies name for it, else their leads; at the last also whom the reference data
    name. Anyone who is shut out of the case is not told that there is one, nor of a restricted case anyone who does
    not see it; the line goes with the call once they are, or it is. Of an agency or role with nobody, the chairs are
    told.
    """
    roles = set(_stage(held).extra.get("tells", ()))
    people: dict[User, Agency] = {}
    if Role.AGENCY_LEAD in roles:
        for agency in (held.agency, held.against):
            found = answers_for(held, agency, held.stage)
            people |= dict.fromkeys(found, agency)
            if not found:
                _tell_nobody_answers(held, agency, urgent=urgent)
    if roles - {Role.AGENCY_LEAD}:
        others = _others(held, roles - {Role.AGENCY_LEAD})
        people |= others
        if not others:
            _tell_nobody_answers(held, urgent=urgent)
    asked = {person: agency for person, agency in people.items() if person != by}
    StageCall.objects.bulk_create(
        [StageCall(disagreement=held, stage=held.stage, person=each, agency=asked[each]) for each in asked],
        ignore_conflicts=True,
    )
    calls = StageCall.objects.filter(disagreement=held, stage=held.stage, person__in=asked)
    lines = [
        Notification(
            user_id=call.person_id,
            text=words,
            url=reverse("mase:stage-call", args=[call.pk]),
            about_id=call.pk,
        )
        for call in calls
    ]
    notify_all(lines, urgent=urgent)


def _others(held: Disagreement, roles: set[str]) -> dict[User, Agency]:
    """Anyone who has one of these roles, wherever they work, and may be called."""
    rows = Membership.objects.current().filter(
        role__in=roles, user__is_active=True, suspended_at__isnull=True
    )
    found = {row.user: row.agency for row in rows.select_related("user", "agency")}
    shut = {each for _, each in excluded_from([held.case_id])}
    return {each: found[each] for each in may_be_called(held, found) if found[each].pk not in shut}


def _tell_nobody_answers(held: Disagreement, agency: Agency | None = None, *, urgent: bool = False) -> None:
    """Silence must not be an answer: anyone who chairs for the child rings that agency, or whom the stage names beside
    it.

    Of a restricted case that may be no chair, where somebody else of the CSE team restricted it: then the sides are.
    """
    who, stage = agency.short_name if agency else "The board", _stage(held).label.lower()
    words = f"{who} has nobody for the stage of {stage} of a disagreement. Ring them: who answers?"
    if held.case.is_restricted:
        words += " The case is restricted: nobody there who does not see it was told."
    _tell(held, chairs_for(held.case) or _sides(held), words, urgent=urgent)


def _sides(held: Disagreement) -> list[User]:
    """Those of both agencies, and the lead professional."""
    people = [*people_to_tell(held.agency), *people_to_tell(held.against)]
    return [*people, held.case.lead_professional] if held.case.lead_professional else people


def _tell(held: Disagreement, people: Iterable[User], words: str, *, urgent: bool = False) -> None:
    """Each of them who sees the case, once."""
    asked = dict.fromkeys(people)
    gate.ask_together(asked, Permission.CASE_VIEW, held.case)
    url = reverse("mase:disagreement", args=[held.pk])
    told = [each for each in asked if gate.can(each, Permission.DISAGREEMENT_VIEW, held)]
    lines = [Notification(user=each, text=words, url=url, case_id=held.case_id) for each in told]
    notify_all(lines, urgent=urgent)


def _stage(held: Disagreement) -> Code:
    return next(each for each in codes("escalation-stage") if each.code == str(held.stage))


def everybody(meeting: Meeting) -> list[User]:
    """Who sits on it each month, and who was asked to it by name, as far as they may see it now."""
    named = meeting.invitations.filter(person__isnull=False).select_related("person")
    asked = [each.person for each in named if each.person]
    people = dict.fromkeys([*people_who_may(Permission.CMOG_LIST), *asked])
    return [person for person in people if gate.can(person, Permission.MEETING_VIEW, meeting)]
