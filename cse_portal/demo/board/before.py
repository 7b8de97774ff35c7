"""What has come back for the meetings that are still ahead on the day the board is shown: answers and reports."""

from cse_portal.accounts.models import User
from cse_portal.demo.board import words
from cse_portal.demo.board.scene import Scene
from mase.choices import AnswerKind
from mase.models import AgencyInformation, Invitation, MaseMeeting
from mase.services import answers, reports
from mase.services.answers import Answer
from mase.services.reports import Report
from mase.services.sections import Edit

GIVEN = (Answer(AnswerKind.ACCEPT), Answer(AnswerKind.DECLINE, "In another meeting all day"))
WORRIES = ("There is a new phone, and nobody at home knows who gave it.",)
WORKING_WELL = ("An aunt is rung when it is frightening at home, and comes at once.",)
SUGGESTED = ("Meet them after school on Fridays\nAsk the school who may collect them",)


def look_forward(scene: Scene, meeting: MaseMeeting, *, is_boy: bool) -> None:
    """The first of those asked by name comes and has sent a report, the second cannot; the others have not answered."""
    if meeting.scheduled_for <= scene.now:
        return
    asked = meeting.invitations.filter(person__isnull=False).exclude(role="CHAIR")
    named = asked.exclude(person=meeting.case.lead_professional_id).select_related("person", "agency")
    for each, given in zip(named, GIVEN, strict=False):
        if each.person is not None:
            answers.answer(invitation=each, given=given, by=each.person)
        if each.person is not None and given.kind == AnswerKind.ACCEPT:
            _report(scene, each, each.person, is_boy=is_boy)


def _report(scene: Scene, invitation: Invitation, person: User, *, is_boy: bool) -> None:
    rows = AgencyInformation.objects.select_related("agency", "meeting__case")
    row = rows.get(meeting=invitation.meeting_id, agency=invitation.agency)
    told = (words.known_to(row.agency.code), WORRIES, WORKING_WELL, SUGGESTED)
    report = Report(*(words.about(scene.random, each, is_boy=is_boy) for each in told))
    row = reports.save(information=row, report=report, edit=Edit(row.version), by=person)
    reports.send(information=row, by=person)
