"""A world with something at every address: one child's case, and what hangs on it."""

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from cases.assessments import services as assessments
from cases.assessments.models import RiskAssessment
from cases.borders import services as borders
from cases.chronology import services as chronology
from cases.chronology.models import EntryKind
from cases.community import services as community
from cases.family import services as family
from cases.family.models import AddressKind, ConfidentialAddress, ConfidentialReason, HealthTopic
from cases.missing.models import InterviewStep
from cases.missing.services import changes, episodes
from cases.record.choices import HarmStatus, RiskCategory
from cases.record.models.case import Case
from cases.sharing.models import BreakGlass, EmergencyKind, Exclusion, Relation
from cases.sharing.selectors.emergency import Sought
from cases.sharing.services import access, declarations, emergency, exclusions
from cases.trigger_plans import services as trigger_plans
from cases.trigger_plans.selectors import review_by
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import enqueue, notify, run_job
from cse_portal.keys import new_key
from cse_portal.people import services as people
from cse_portal.reference.quarters import Quarter
from intelligence.desk import services as linking
from intelligence.desk.models import IntelligenceReport
from intelligence.disruption.models import ProtectedChild
from intelligence.profiles import services as profiles
from intelligence.sentences import services as sentences
from intelligence.subjects.models import SubjectKind
from intelligence.submissions import services as drafts
from intelligence.submissions.models import IntelligenceSubmission, SubmissionState
from mase.cmog.services import items as cmog_items
from mase.meetings.choices import ItemKind, MeetingKind, MeetingState
from mase.meetings.models.agenda import AgendaItem
from mase.meetings.models.meeting import Meeting
from mase.minutes.models import MinutesRecipient
from mase.plans.choices import MapKind
from mase.plans.services import safety_map
from mase.strategy import services as strategic
from reporting.profile import services as problem_profiles
from reporting.profile.models import PartKind
from reporting.retention.models import HoldScope
from reporting.returns.models import RegionalReturn, ReturnFigure
from reporting.returns.selectors.returns import JOB_KIND
from reporting.returns.services import returns, sending
from tests.cast import Cast
from tests.factories import (
    actions,
    board_packs,
    disagreements,
    minutes,
    quality,
    reporting,
    retention,
    subject_access,
    training,
)
from tests.factories.audit import make_finding
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.cmog import add_to, agree, end_cmog, item_of, send_out, start_cmog
from tests.factories.cmog import objected as cmog_objected
from tests.factories.concerns import decide, make_concern, make_draft
from tests.factories.connections import connect
from tests.factories.court import ago, court, make_investigation
from tests.factories.disruption import breached, served
from tests.factories.documents import jpeg_with_a_place, make_document
from tests.factories.exports import ready_export
from tests.factories.family import heard, make_contact, make_identity, make_letter, make_member, make_period
from tests.factories.handoffs import accepted, declined, handed_over
from tests.factories.intelligence import add_file, link_new, make_submission
from tests.factories.meetings import bring, make_session, start_meeting
from tests.factories.missing import went_missing
from tests.factories.profiles import make_profile
from tests.factories.requests import in_one_request
from tests.factories.support import make_activity, refer

Places = dict[str, Any]
ENDED = Quarter.containing(timezone.localdate()).previous()


@in_one_request
def build(cast: Cast) -> Places:
    """Led by social care, shared with the police, the nurse invited; nothing of it shared with the outsider."""
    case = make_case(cast, category=RiskCategory.MEDIUM)
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.practitioner,
    )  # fmt: skip
    return {
        "case": case.reference,
        "a word": "word",
        "a kind of holder": "agency",
        "somebody's factor": 4711,
        "practitioner's membership": Membership.objects.get(user=cast.practitioner).pk,
        **_system(cast),
        "invitation": people.invite(
            email="new.person@example.org", full_name="Nadia Frost", role=Role.PRACTITIONER, by=cast.lead
        ).pk,
        "police agency": cast.agency("police").pk,
        "assessment": _assessment(cast, case).pk,
        **_missing(cast, case),
        "document": make_document(cast, case).pk,
        "entry": case.chronology.filter(kind=EntryKind.CASE).values_list("pk", flat=True)[0],
        "note": chronology.add_entry(
            case=case,
            kind=EntryKind.EVENT,
            happened_on=timezone.localdate(),
            text="Seen at the shops.",
            by=cast.practitioner,
        ).pk,
        "confidential address": _address(cast, case).pk,
        "family member": make_member(cast, case).pk,
        "phone of the child": make_contact(cast, case).pk,
        "a kind of border record": "sharing",
        "transfer": borders.send_on(
            case=case,
            authority="E08000027",
            contact="Duty team",
            sent_on=timezone.localdate(),
            by=cast.practitioner,
        ).pk,
        "voice entry": heard(cast, case).pk,
        **_support(cast, case),
        "letter": make_letter(cast, case).pk,
        "a kind of period": "home",
        "period": make_period(cast, case).pk,
        "a kind of court record": "measure",
        "special measure": court(cast, case, "measure", "SM23", offered_on=ago(1), wish="yes").code,
        "exclusion": _exclusion(cast).pk,
        "emergency": _emergency(cast).pk,
        **_conflict(cast),
        "manager's copy": ready_export(cast.manager).pk,
        "finding": make_finding(case=case, actor=cast.police).pk,
        "somebody": cast.police.pk,
        **_concerns(cast),
        "community report": community.receive(
            told=community.Told(from_whom="hotel", worry="Three girls, no luggage."), key=new_key()
        ),
        **_hand_offs(cast),
        **_meetings(cast, case),
        **_cmog(cast, case),
        **_intelligence(cast, case),
        **_returns(cast),
        **_jobs(cast),
        **_training(cast),
        **_audits(cast, case),
        "supervision": quality.supervised(
            cast.practitioner, by=cast.manager, children={case: "She is afraid."}
        ).pk,
        **_retention(cast),
        **_subject_access(cast, case),
    }


def _support(cast: Cast, case: Case) -> Places:
    """A service of which somebody asked help for the child."""
    referral = refer(cast, case)
    assert referral.service is not None
    done = make_activity(cast.health)
    return {
        "referral to a service": referral.pk, "service": referral.service.pk, "nurse's prevention": done.pk,
    }  # fmt: skip


def _system(cast: Cast) -> Places:
    """Social care's records, which send by themselves."""
    membership = people.add_system(name="Records of social care", by=cast.lead)
    token, _ = people.issue_token(membership=membership, days=30, networks=[], by=cast.lead)
    return {"system's membership": membership.pk, "token": token.pk}


def _assessment(cast: Cast, case: Case) -> RiskAssessment:
    judgement = assessments.Judgement(
        RiskCategory.MEDIUM, HarmStatus.H1, "Two agencies are worried.", "Recent signs"
    )
    return assessments.record_assessment(
        case=case, answers=assessments.Answers(), judgement=judgement, by=cast.practitioner, key=new_key()
    )


def _address(cast: Cast, case: Case) -> ConfidentialAddress:
    """Of the carer: the child's own would keep the open address from being written."""
    return family.record_address(
        case=case, kind=AddressKind.CARER, address="The Old Mill, Nowhere Lane", reason=ConfidentialReason.RISK,
        by=cast.practitioner,
    )  # fmt: skip


def _missing(cast: Cast, case: Case) -> Places:
    """Missing last week and back, and missing again since an hour ago."""
    ended = went_missing(cast, case, days=7, hours=9)
    other = went_missing(cast, case, days=9, hours=3)
    step = episodes.Step(
        InterviewStep.HELD,
        other.returned_at or timezone.now(),
        cast.agency("health"),
        "Sam Aldous",
        is_independent=True,
    )
    held = episodes.interview(episode=other, step=step, by=cast.practitioner)
    missing = went_missing(cast, case, hours=None)
    call = changes.plan_call(
        episode=missing, with_whom="Her mother", call_at=None, note="", by=cast.practitioner, key=new_key()
    )
    plan = trigger_plans.Plan("HIGH", "Ring her", "Carers", review_by(case))
    trigger_plans.save(case=case, plan=plan, seen=0, by=cast.practitioner)
    return {
        "episode that ended": ended.pk, "missing episode": missing.pk, "call": call.pk, "interview held": held.pk,
    }  # fmt: skip


def _health(cast: Cast, case: Case) -> None:
    """The nurse, invited to the meeting, writes down what she knows and what the others may. The lead was told more."""
    make_identity(cast, case)
    family.add_note(
        case=case, topic=HealthTopic.SEXUAL, happened_on=timezone.localdate(), text="Seen at the clinic.",
        for_others="Health sees her every two weeks.", by=cast.health,
    )  # fmt: skip


def _exclusion(cast: Cast) -> Exclusion:
    """On another case: here it would shut somebody out."""
    return exclusions.exclude(
        case=make_case(cast), user=cast.outsider, reason="Knows the family", by=cast.privacy
    )


def _emergency(cast: Cast) -> BreakGlass:
    """On another case: here it would let somebody in."""
    sought = Sought(reference=make_case(cast).reference)
    opened = emergency.break_glass(
        sought=sought, kind=EmergencyKind.DANGER, reason="Brought in alone", by=cast.duty
    )
    assert opened is not None
    return opened


def _conflict(cast: Cast) -> Places:
    """The outsider lives where a child of another case lives."""
    make_case(cast, child=make_child(address="14 Elm Row", postcode="B70 9LD"))
    declared = declarations.declare(
        relation=Relation.MYSELF, given_name="", family_name="Marsh", date_of_birth=None, address="14 Elm Row",
        postcode="B70 9LD", by=cast.outsider,
    )  # fmt: skip
    return {
        "outsider's declaration": declared.pk,
        "proposed exclusion": Exclusion.objects.waiting().get(user=cast.outsider).pk,
    }


def _concerns(cast: Cast) -> Places:
    """One that was sent, one that was decided without a case, and a draft."""
    decided = make_concern(
        cast.police, given_name="Ren", family_name="Oakes", date_of_birth=dt.date(2011, 1, 9)
    )
    decide(decided, cast.manager)
    sent = make_concern(
        cast.outsider, given_name="Wren", family_name="Oakley", date_of_birth=dt.date(2011, 11, 7)
    )
    return {
        "decided concern": decided.reference,
        "outsider's concern": sent.reference,
        "practitioner's draft": make_draft(cast.practitioner).reference,
        "a step": "child",
    }


def _hand_offs(cast: Cast) -> Places:
    """Of three concerns of the practitioner's: the nurse accepted one, has to answer one, and declined one."""
    asked, works, over = (handed_over(cast, by=cast.practitioner) for _ in range(3))
    return {
        "hand-off to answer": asked.pk,
        "hand-off": accepted(works, cast.health).pk,
        "declined hand-off": declined(over, cast.health).pk,
    }


def _meetings(cast: Cast, case: Case) -> Places:
    """One that ended with an action for the nurse, and one that runs."""
    action = actions.issued(cast, case)
    running = start_meeting(cast, case, agencies=[], people=[cast.health])
    running.session = make_session(cast)
    running.save(update_fields=["session"])
    _health(cast, case)
    said = {"new": "She came to the clinic.", "PROTECT": "Meet her at the gate."}
    brought = bring(running, cast.agency("health"), cast.health, **said)["PROTECT"]
    line = safety_map.add_entry(
        meeting=running, key=new_key(), kind=MapKind.STRENGTH, text="She rings her aunt.", by=cast.manager
    )
    return {
        "a part of turning 18": "referral",
        "disagreement": disagreements.raised(cast, case).pk,
        "nurse's action": action.pk,
        "the nurse": cast.health.pk,
        "ended meeting": action.meeting_id,
        **_minutes(cast, action.meeting),
        "meeting": running.pk,
        "session": running.session.pk,
        "a section": "notes",
        "health agency": cast.agency("health").pk,
        "a suggestion": brought.suggestions[0][0],
        "nurse's invitation": running.invitations.get(person=cast.health).pk,
        "agenda item": AgendaItem.objects.filter(meeting=running).order_by("order")[2].pk,
        "map lines": "map",
        "map line": line.pk,
    }


def _minutes(cast: Cast, meeting: Meeting) -> Places:
    """Sent out to everybody who sees the case, and objected to by the practitioner."""
    rows = [
        MinutesRecipient(minutes=meeting.minutes, agency=each, added_by=cast.manager)
        for each in cast.agencies.values()
    ]
    MinutesRecipient.objects.bulk_create(rows, ignore_conflicts=True)
    minutes.circulated(cast, meeting)
    return {
        "wording": meeting.agenda.order_by("order")[2].pk,
        "objection": minutes.objected(meeting, by=cast.practitioner).pk,
    }


def _cmog(cast: Cast, case: Case) -> Places:
    """One's minutes are a draft, last month's are out and objected to, and both put the case off; this month's runs,
    with the case and an action; the nurse was asked. Last month's agreed an action about no child, for the police: all
    that the nurse has to hand over is about the child.
    """
    draft, ended = (_put_off(cast, case, months) for months in (-2, -1))
    send_out(cast, ended)
    objection = cmog_objected(ended, item_of(ended, kind="children", case=case), by=cast.police)
    running = start_cmog(cast, people=[cast.health])
    item = item_of(running, kind="children", case=case)
    return {
        "ended CMOG": ended.pk,
        "objection to a CMOG": objection.pk,
        "drafted CMOG": draft.pk,
        "drafted CMOG item": item_of(draft, kind="children", case=case).pk,
        "CMOG": running.pk,
        "CMOG item": item.pk,
        "CMOG action": agree(
            cast, item, text="See the young person at school and talk about sexual health."
        ).pk,
        "objective": strategic.set_out(by=cast.manager)[0].pk,
    }


def _put_off(cast: Cast, case: Case, months: int) -> Meeting:
    held = start_cmog(cast, months=months)
    item = item_of(held, kind="children", case=case)
    cmog_items.put_off(item=item, reason="No time was left.", by=cast.manager)
    if months == -1:
        agree(cast, item_of(held, code="themes"), text="Train the hotels.", owner=cast.police)
    return end_cmog(cast, held)


def _intelligence(cast: Cast, case: Case) -> Places:
    submission: IntelligenceSubmission = make_submission(cast, state=SubmissionState.ANSWERED)
    report = IntelligenceReport.objects.get(submission=submission)
    linking.link_case(report=report, reference=case.reference, by=cast.police)
    person = link_new(cast, report, SubjectKind.PERSON, name="Rowan Kestrel")
    profiles.set_photo(subject=person, name="face.jpg", content=jpeg_with_a_place(), by=cast.police)
    car = link_new(cast, report, SubjectKind.VEHICLE, name="Silver van")
    order = served(cast, person, children=[case])
    running = Meeting.objects.of_kind(MeetingKind.CMOG).get(state=MeetingState.IN_PROGRESS)
    return {
        "CMOG item about a person": add_to(cast, running, ItemKind.PERSON, person.reference).pk,
        "disruption": order.pk,
        "a step of an order": "served",
        "breach": breached(cast, order).pk,
        "protected child": ProtectedChild.objects.get(disruption=order).pk,
        "subject": person.reference,
        "investigation": make_investigation(cast, case).pk,
        "a kind of subject": "place",
        "a record that a draft begins from": "interview",
        "shared sentence": sentences.share(
            subject=person,
            agency=cast.agency("health"),
            text="A man may wait near the school. Tell us.",
            until=timezone.localdate(),
            by=cast.police,
            key=new_key(),
        ).pk,
        "connection": connect(cast, person, car, report=report.reference, by=cast.police).pk,
        "submission": submission.reference,
        "file of a submission": add_file(submission).pk,
        "report": report.reference,
        "draft submission": drafts.start(by=cast.practitioner).reference,
        "a page": "learned",
    }


def _profiles(cast: Cast) -> Places:
    """One published, and a draft of the year after it with a recommendation."""
    year = Quarter.containing(timezone.localdate()).year - 1
    published = make_profile(cast, year - 1)
    problem_profiles.publish(profile=published, by=cast.manager)
    draft = make_profile(cast, year)
    return {
        "published year": published.slug,
        "year": draft.slug,
        "sanitised": "sanitised",
        "finding of a profile": PartKind.FINDING.value,
        "recommendation": draft.parts.get(kind=PartKind.RECOMMENDATION).pk,
    }


def _returns(cast: Cast) -> Places:
    """The last quarter's waits for its signature; the one before is signed and reported."""
    signed = board_packs.signed_return(ENDED.previous(), prepared_by=cast.analyst, signed_by=cast.manager)
    board_packs.published_pack(signed, by=cast.analyst, reader=cast.manager)
    sending.send(
        regional_return=signed, to="REGION", file_format="csv", sent_on=timezone.localdate(), by=cast.analyst
    )
    started = reporting.make_started(cast, ENDED)
    run_job(job_id=Job.objects.get(kind=JOB_KIND).pk)
    headline = ReturnFigure.objects.filter(measure__regional_return=started, measure__code="D3")
    headline.filter(dimension="agency", row="total", column="rate").update(value=1)
    headline.filter(dimension="agency", row="total", column="total").update(value=1000)
    checked = returns.check(
        regional_return=reporting.explained(RegionalReturn.objects.get(pk=started.pk), cast.analyst),
        note="Known and followed up",
        by=cast.analyst,
    )
    return {
        **_profiles(cast),
        "quarter": checked.quarter,
        "days": "2026-01-01-2026-01-31",
        "signed quarter": signed.quarter,
        "published quarter": signed.quarter,
        "a page of the pack": "children",
        "a decision": 1,
        "a board": "children",
        "sent quarter": signed.quarter,
        "a format": "csv",
        "a measure": "D3",
        "a breakdown": "agency",
        "a total": "total",
        "a share": "rate",
    }


def _retention(cast: Cast) -> Places:
    """A concern that is due, one that two people have signed for, one that is gone; and a hold on intelligence."""
    due, waiting, gone = (retention.due_concern(cast) for _ in range(3))
    retention.lift_every_hold(cast)
    certified = retention.disposed(cast, gone.reference)
    return {
        "due concern": due.reference,
        "disposal": retention.proposed(cast, waiting.reference).pk,
        "certified disposal": certified.pk,
        "hold": retention.hold(cast, HoldScope.SUBMISSION).pk,
    }


def _subject_access(cast: Cast, case: Case) -> Places:
    """One in preparation; and another child's, disclosed."""
    request = subject_access.assembled(case, cast.manager)
    reader = subject_access.second_reader(cast, email="second.reader@example.org")
    return {
        "request to see it": request.reference,
        "item of it": request.items.all()[0].pk,
        "part of it": request.items.all()[0].part,
        "disclosure": subject_access.disclosed(make_case(cast), cast.manager, reader).pk,
    }


def _audits(cast: Cast, case: Case) -> Places:
    """The nurse audited the case; what her audit asks waits for the practitioner."""
    audit = quality.asked(case, cast.health, by=cast.manager)
    action = {"text": "Write it down.", "owner": cast.practitioner, "due_on": timezone.localdate()}
    quality.graded(audit, actions=[action])
    return {"audit sample": audit.sample_id, "case audit": audit.pk, "audit action": audit.actions.get().pk}


def _training(cast: Cast) -> Places:
    """A teacher without an account, who attended a course; a list that the lead of social care uploaded."""
    course, education = training.make_course(cast.analyst), cast.agency("education")
    teacher = training.make_staff(education, "Marian Lowe")
    attended = training.attended(
        course, by=cast.analyst, agency=education, on=timezone.localdate(), staff=teacher
    )
    listed = training.listed(cast.lead, training.row(name="Sam Carter"))
    return {
        "course": course.pk, "teacher": teacher.pk, "teacher's attendance": attended.pk, "lead's list": listed.pk,
    }  # fmt: skip


def _jobs(cast: Cast) -> Places:
    note = notify(user=cast.practitioner, text="There is a decision on your concern.", url="/notifications/")
    job_id: uuid.UUID = enqueue(kind="test.nothing", key="once", requested_by=cast.analyst).pk
    return {"practitioner's notification": note.pk, "analyst's job": job_id}
