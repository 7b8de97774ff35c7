"""Many rows where tests/access/places.py has one: copies of what the services made, quick enough to make fifty."""

from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import timezone

from cases.assessments.models import CategoryDecision
from cases.chronology.models import ChronologyEntry
from cases.concerns.choices import ConcernState
from cases.concerns.models import Concern
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.record.models.child import ChildAlias
from cases.sharing.services import access, exclusions
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import AgencyKind, Role
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.reference.quarters import Quarter
from intelligence.desk.models import IntelligenceReport
from intelligence.submissions.models import (
    IntelligenceFeedback,  # fmt: skip
    IntelligenceSubmission,
)
from mase.cmog.services import cmog
from mase.meetings.choices import AgencyWord, AttendanceCode, ContributionKind
from mase.meetings.models.meeting import Invitation, Meeting
from mase.meetings.models.sections import Contribution
from mase.meetings.services.invitations import Asked, invite
from mase.plans.choices import UpdateKind
from mase.plans.models.plan import (
    ActionUpdate,  # fmt: skip
    AgencyView,
    PlanAction,
)
from mase.plans.models.safety_map import DangerStatement, MapEntry, ScaleScore
from reporting.board.models import BoardPack
from reporting.returns.models import RegionalReturn
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.concerns import make_concern
from tests.factories.requests import in_one_request

R = TypeVar("R", bound=Model)
Places = dict[str, Any]
_numbers = count(1)


@in_one_request
def grow(cast: Cast, world: Places, number: int) -> None:
    """So many more of everything that a list or a record shows."""
    agencies, people = _partners(number)
    running = Meeting.objects.get(pk=world["meeting"])
    _cases(cast, running, number)
    _concerns(cast, number)
    _record(cast, Case.objects.get(reference=world["case"]), agencies)
    _meeting(running, agencies, people)
    _actions(PlanAction.objects.get(pk=world["nurse's action"]), number)
    _cmog(cast, world, people)
    _intelligence(cast, world, number)
    _returns(world, number)
    copies(Notification.objects.get(pk=world["practitioner's notification"]), number)


def copies(row: R, number: int, **changes: Callable[[int], Any]) -> list[R]:
    """Copies of a row under new keys; `changes` gives a column its value by the copy's number."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    made = [
        type(row)(**{field.attname: getattr(row, field.attname) for field in fields}) for _ in range(number)
    ]
    for index, copy in enumerate(made):
        for name, value in changes.items():
            setattr(copy, name, value(index))
    return type(row)._default_manager.bulk_create(made)


def _partners(number: int) -> tuple[list[Agency], list[User]]:
    agencies, people = [], []
    for _ in range(number):
        n = next(_numbers)
        agencies.append(
            accounts.add_agency(
                code=f"school-{n}", name=f"School {n}", short_name=f"School {n}", kind=AgencyKind.EDUCATION
            )
        )
        people.append(
            accounts.add_person(
                email=f"person{n}@school.example.org", full_name=f"Person {n}", agency=agencies[-1],
                role=Role.PRACTITIONER,
            )
        )  # fmt: skip
    return agencies, people


def _cases(cast: Cast, running: Meeting, number: int) -> None:
    """Half of them with a meeting that runs, half waiting for one; the outsider is shut out of each."""
    for index in range(number):
        case = make_case(cast, category=RiskCategory.MEDIUM)
        if index % 2:
            copies(running, 1, case_id=lambda _, key=case.pk: key)  # type: ignore[misc]
        exclusions.exclude(case=case, user=cast.outsider, reason="Knows the family", by=cast.privacy)


def _concerns(cast: Cast, number: int) -> None:
    concern = Concern.objects.filter(author=cast.practitioner, state=ConcernState.SUBMITTED).first()
    concern = concern or make_concern(cast.practitioner)
    copies(concern, number, reference=lambda _: f"CON-X{next(_numbers)}", submission_key=lambda _: new_key())


def _record(cast: Cast, case: Case, agencies: list[Agency]) -> None:
    """What hangs on one child's case."""
    number = len(agencies)
    copies(case.assessments.latest("pk"), number, submission_key=lambda _: new_key())
    copies(CategoryDecision.objects.filter(case=case).latest("pk"), number)
    copies(ChronologyEntry.objects.filter(case=case).latest("pk"), number)
    ChildAlias.objects.bulk_create(ChildAlias(child=case.child, name=f"Bo {n}") for n in range(number))
    concern = Concern.objects.filter(author=cast.practitioner, state=ConcernState.SUBMITTED).latest("pk")
    copies(
        concern, number, reference=lambda _: f"CON-X{next(_numbers)}", submission_key=lambda _: new_key(),
        case_id=lambda _: case.pk,
    )  # fmt: skip
    for agency in agencies:
        access.share(
            case=case,
            to=agency,
            reason="Works with the child",
            lawful_basis=LAWFUL_BASIS,
            by=cast.practitioner,
        )
    ended = Meeting.objects.filter(case=case, state="ended").latest("pk")
    copies(ended, number)


def _meeting(meeting: Meeting, agencies: list[Agency], people: list[User]) -> None:
    """Everybody came, wrote, disagreed, gave a number and took an action."""
    number, now = len(agencies), timezone.now()
    by = meeting.chair
    invited = [
        Invitation(
            meeting=meeting,
            role="AGENCY",
            agency=agency,
            person=person,
            invited_by=by,
            came_as=AttendanceCode.ATTENDED,
        )  # fmt: skip
        for agency, person in zip(agencies, people, strict=True)
    ]
    Invitation.objects.bulk_create(invited)
    written = {"meeting": meeting, "saved_at": now, "given_at": now, "saved_by": by}
    Contribution.objects.bulk_create(
        Contribution(agency=agency, kind=kind, text="Known to us.", **written)
        for agency in agencies
        for kind in (ContributionKind.NEW, ContributionKind.PROTECT)
    )
    against = {"word": AgencyWord.DISAGREES, "reason": "The car came again.", "recorded_by": by}
    AgencyView.objects.bulk_create(
        AgencyView(meeting=meeting, agency=agency, **against) for agency in agencies
    )
    copies(MapEntry.objects.filter(meeting=meeting).latest("pk"), number)
    dangers = DangerStatement.objects.bulk_create(
        DangerStatement(
            meeting=meeting, order=n, text="She is driven away.", goal="Home by bus.", saved_by=by
        )
        for n in range(number)
    )
    ScaleScore.objects.bulk_create(
        ScaleScore(danger=danger, invitation=seat, value=4, recorded_by=by)
        for danger in dangers
        for seat in invited[:3]
    )
    PlanAction.objects.bulk_create(
        PlanAction(
            case=meeting.case,
            meeting=meeting,
            p="PROTECT",
            text="Meet her.",
            agency=agency,
            owner=person,
            due_on=timezone.localdate(),
            danger=danger,
            set_by=by,
        )  # fmt: skip
        for agency, person, danger in zip(agencies, people, dangers, strict=True)
    )


def _actions(action: PlanAction, number: int) -> None:
    copies(action, number)
    ActionUpdate.objects.bulk_create(
        ActionUpdate(
            action=action,
            kind=UpdateKind.PROGRESS,
            text="Rang the school.",
            by=action.set_by,
            agency=action.agency,
            was_state=action.state,
            was_due_on=action.due_on,
            was_agency=action.agency,
        )
        for _ in range(number)
    )


def _cmog(cast: Cast, world: Places, people: list[User]) -> None:
    """On the agenda whatever there is by now; everybody is asked."""
    meeting = Meeting.objects.get(pk=world["CMOG"])
    memberships = Membership.objects.current().filter(user__in=people).select_related("agency", "user")
    invite(meeting=meeting, asked=map(Asked.of, memberships), by=cast.manager)
    cmog.compile_agenda(meeting=meeting, by=cast.manager)


def _intelligence(cast: Cast, world: Places, number: int) -> None:
    submission = IntelligenceSubmission.objects.get(reference=world["submission"])
    report = IntelligenceReport.objects.get(reference=world["report"])
    sent = copies(submission, number, reference=lambda _: f"INT-X{next(_numbers)}")
    line = submission.lines.latest("pk")
    lines = [copies(line, 1, submission_id=lambda _, each=each: each.pk)[0] for each in sent]  # type: ignore[misc]
    issued = copies(
        report, number, reference=lambda _: f"REP-X{next(_numbers)}", submission_id=lambda n: sent[n].pk
    )
    contents = report.lines.latest("pk")
    copies(contents, number, report_id=lambda n: issued[n].pk, line_id=lambda n: lines[n].pk)
    copies(report.links.latest("pk"), number, report_id=lambda n: issued[n].pk)
    more = copies(line, number)
    copies(contents, number, line_id=lambda n: more[n].pk)
    copies(submission.subjects.latest("pk"), number)
    IntelligenceFeedback.objects.bulk_create(
        IntelligenceFeedback(submission=each, code="F2", text="Thank you.", given_by=cast.police)
        for each in [*sent, *[submission] * number]
    )
    waiting = copies(
        submission, number, reference=lambda _: f"INT-X{next(_numbers)}", state=lambda _: "submitted"
    )
    copies(line, number, submission_id=lambda n: waiting[n].pk)


def _returns(world: Places, number: int) -> None:
    """Quarters of long ago."""
    signed = RegionalReturn.objects.get(quarter=world["signed quarter"])
    pack = BoardPack.objects.get(quarter=signed.quarter)
    quarters = []
    quarter = Quarter.parse(RegionalReturn.objects.earliest("starts_on").quarter)
    for _ in range(number):
        quarter = quarter.previous()
        quarters.append(quarter)
    copies(
        signed, number, quarter=lambda n: quarters[n].slug, starts_on=lambda n: quarters[n].starts_on,
        ends_on=lambda n: quarters[n].ends_on,
    )  # fmt: skip
    copies(pack, number, quarter=lambda n: quarters[n].slug, starts_on=lambda n: quarters[n].starts_on)
