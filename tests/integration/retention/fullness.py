"""What a record holds only now and then: one row of each, so that a disposal has something to leave behind in it.

Written straight into the tables: the services that write them have tests of their own, and here only what goes counts.
"""

import datetime as dt

from django.utils import timezone

from cases.choices import IndicatorTiming, MentionKind
from cases.models import (
    AssessmentAnswer,
    Case,
    ChildAlias,
    ConcernAddendum,
    ConcernIndicator,
    ConcernMention,
    RiskAssessment,
)
from cases.models.concern import Concern
from cases.services import exclusions
from cse_portal.keys import new_key
from intelligence.choices import DisruptionState, LinkKind
from intelligence.models import (
    DetailRequest,
    DisruptionUpdate,
    IntelligenceFeedback,
    IntelligenceReport,
    IntelligenceReportReader,
)
from intelligence.services import disruption
from intelligence.services import reports as linking
from mase.choices import (
    AnswerKind,
    ClockStep,
    ClockTold,
    MapKind,
    NoticeStep,
    TransitionPart,
    TransitionStep,
    UpdateKind,
)
from mase.models import (
    ActionNotice,
    ActionUpdate,
    Assent,
    BrokenOff,
    ChairPassed,
    ClockNotice,
    ClockPause,
    DisagreementAnswer,
    Dissent,
    InvitationAnswer,
    LateReason,
    MaseMeeting,
    PlanAction,
    ReportReminder,
    StageCall,
    StepDownPoint,
    TransitionEntry,
    TransitionPrompt,
)
from mase.services import safety_map
from reporting.choices import HoldScope
from reporting.models import KeptLonger, LegalHold
from tests.cast import Cast
from tests.factories import disagreements


def fill_meeting(cast: Cast, meeting: MaseMeeting, action: PlanAction, said: str) -> None:
    """While it runs: dangers, map and scale, who agreed and who did not, texts set aside, what came before it."""
    by, day, agency = cast.manager, timezone.localdate(), cast.agency("health")
    danger = safety_map.add_danger(
        meeting=meeting, key=new_key(), danger=safety_map.Danger(f"{said} is driven away.", "Goes home by bus."),
        by=by,
    )  # fmt: skip
    seat = meeting.invitations.all()[0]
    score = safety_map.Score(4, f"{said} rings her aunt.", "A lift home.")
    safety_map.score(danger=danger, scores={seat.pk: score}, by=by)
    safety_map.add_entry(
        meeting=meeting, key=new_key(), kind=MapKind.STRENGTH, text=f"{said} has an aunt.", by=by
    )
    Dissent.objects.create(meeting=meeting, agency=agency, reason=f"The car came for {said}.", recorded_by=by)
    Assent.objects.create(meeting=meeting, agency=agency, recorded_by=by)
    StepDownPoint.objects.create(
        meeting=meeting, code="home", met=False, why=f"{said} is away.", recorded_by=by
    )
    ChairPassed.objects.create(
        meeting=meeting, before=by, to=cast.practitioner, reason=f"Knows {said}.", by=by
    )
    BrokenOff.objects.create(
        meeting=meeting, started_at=timezone.now(), reason=f"{said} ran out.", there="Health", by=by
    )
    InvitationAnswer.objects.create(
        invitation=seat, kind=AnswerKind.DECLINE, about=meeting.scheduled_for, reason=f"{said} is ours.",
        answered_by=cast.health,
    )  # fmt: skip
    ReportReminder.objects.create(meeting=meeting, agency=agency, for_day=day, sent_by=by)
    ActionUpdate.objects.create(
        action=action, kind=UpdateKind.PROGRESS, text=f"Saw {said}.", by=cast.health, agency=agency
    )
    ActionNotice.objects.create(action=action, step=NoticeStep.values[0], due_on=day)


def fill_case(cast: Cast, case: Case, said: str) -> None:
    """Beside the meetings: names, conflicts, answers, clocks, disagreements, the way to adult services."""
    by, day = cast.practitioner, timezone.localdate()
    ChildAlias.objects.create(child=case.child, name=f"{said} the other")
    exclusions.exclude(case=case, user=cast.outsider, reason=f"Knows {said}", by=cast.privacy)
    assessment = RiskAssessment.objects.filter(case=case).latest("pk")
    timing = IndicatorTiming.CURRENT
    AssessmentAnswer.objects.create(
        assessment=assessment, code="1", timing=timing, evidence=f"{said} told us."
    )
    concern = Concern.objects.get(case=case)
    ConcernIndicator.objects.create(concern=concern, code="1", timing=timing, evidence=f"{said} told us.")
    ConcernMention.objects.create(
        concern=concern, kind=MentionKind.PERSON, name="Lee", details=f"Met {said}."
    )
    ConcernAddendum.objects.create(concern=concern, text=f"{said} rang.", added_by=by)
    about = {"case": case, "step": ClockStep.BOOK}
    ClockPause.objects.create(**about, reason="COURT", starts_on=day, paused_by=by)
    LateReason.objects.create(**about, reason="COURT", said_by=by)
    ClockNotice.objects.create(**about, told=ClockTold.SOON, due_on=day)
    row = disagreements.raised(cast, case, about=f"{said} needs a discussion this week.")
    DisagreementAnswer.objects.create(
        disagreement=row, stage=1, text=f"{said} is known to us.", agency=cast.agency("csc"), by=by
    )
    StageCall.objects.create(disagreement=row, stage=2, person=cast.lead, agency=cast.agency("csc"))
    TransitionEntry.objects.create(
        case=case, part=TransitionPart.DISCUSSION, happened_on=day, text=f"{said} agreed.", recorded_by=by,
        agency=cast.agency("csc"),
    )  # fmt: skip
    TransitionPrompt.objects.create(case=case, step=TransitionStep.FLAG, due_on=day, told=by)


def fill_intelligence(cast: Cast, report: IntelligenceReport, said: str) -> None:
    """Whom and what it names, what is done about it, who reads it, and what its author was told."""
    about = {
        LinkKind.PERSON: {"given_name": "Lee", "family_name": f"{said}-Marsh", "standing": "ALLEGED"},
        LinkKind.PLACE: {"name": f"Behind {said}'s school"},
        LinkKind.VEHICLE: {"registration": "ZE03 QVX", "description": f"Waited for {said}"},
    }
    made = {
        kind: linking.add_nominal(report=report, kind=kind, fields=fields, by=cast.police, key=new_key())
        for kind, fields in about.items()
    }
    person = made[LinkKind.PERSON].person
    assert person is not None
    tactic = disruption.Tactic("D01", f"Serve the notice about {said}.", cast.agency("police"))
    agreed = disruption.agree(target=person, tactic=tactic, by=cast.police, key=new_key())
    DisruptionUpdate.objects.create(
        disruption=agreed,
        state=agreed.state,
        text=f"{said} was met.",
        by=cast.police,
        agency=cast.agency("police"),
    )
    # Whoever was disrupted stays for a year from its end, and would keep the child's record here.
    ended_on = timezone.localdate() - dt.timedelta(days=500)
    over = disruption.Step(DisruptionState.ENDED, f"{said} is safe.", ended_on)
    disruption.take_step(disruption=agreed, step=over, by=cast.police, key=new_key())
    submission = report.submission
    IntelligenceReportReader.objects.create(
        report=report, user=cast.manager, reason=f"Leads on {said}", named_by=cast.police
    )
    DetailRequest.objects.create(
        submission=submission, question=f"When was {said} seen?", asked_by=cast.police
    )
    IntelligenceFeedback.objects.create(
        submission=submission, code="F2", text=f"{said} is safer.", given_by=cast.police
    )


def fill_retention(cast: Cast, case: Case, said: str) -> None:
    """A hold that was lifted, and a decision to keep the record longer that ran out before it was signed for."""
    long_ago = timezone.now() - dt.timedelta(days=200)
    about = {"record_id": case.pk, "reference": case.reference, "reason": f"{said} may be heard."}
    LegalHold.objects.create(
        **about, scope=HoldScope.RECORD, authority="Birmingham Crown Court", review_on=long_ago, set_at=long_ago,
        set_by=cast.privacy, lifted_at=long_ago, lifted_by=cast.privacy, lifted_why=f"{said} was heard.",
    )  # fmt: skip
    KeptLonger.objects.create(
        **about, until=long_ago + dt.timedelta(days=30), decided_at=long_ago, decided_by=cast.privacy
    )
