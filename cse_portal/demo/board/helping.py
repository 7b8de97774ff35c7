"""Services for children and what came of asking them, and prevention: schools, trade, taxis, hotels, communities."""

import datetime as dt
from random import Random
from typing import Any

from django.utils import timezone

from cases.record.models.case import Case
from cases.support import services as support
from cases.support.models import Service, SupportReferral
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.demo.board import words
from cse_portal.demo.board.clockwork import Story, at, later, working_moment
from cse_portal.demo.board.scene import Scene
from cse_portal.keys import new_key
from reporting.prevention.models import PreventionActivity
from reporting.prevention.services import record_activity

SAID = words.read("helping")


def stories(scene: Scene) -> list[Story]:
    """The list of services, referrals over the two years, and those of two children whose stories are told."""
    many, span = scene.children * 3 // 4, (scene.today - scene.begins_on).days - 10
    days = [60 + (span - 60) * number // many for number in range(many)]
    return [
        kept(scene),
        *(asked(scene, n, scene.begins_on + dt.timedelta(days=day)) for n, day in enumerate(days)),
        simran(scene),
        leah(scene),
        *(prevented(scene, number, days) for number, days in enumerate(range(6, span, 24))),
    ]


def kept(scene: Scene) -> Story:
    """The manager puts the services on the list before anybody is referred."""
    yield working_moment(scene.begins_on - dt.timedelta(days=20), hour=9)
    for service in SAID.services:
        said = {name: value for name, value in service.items() if name != "funded"}
        said |= (
            {"funded_until": scene.today + dt.timedelta(days=service["funded"])}
            if "funded" in service
            else {}
        )
        support.keep_service(service=Service(), said=said, version=0, by=scene.cast("manager"), key=new_key())


def asked(scene: Scene, number: int, day: dt.date) -> Story:
    """One referral. A chance of its own: the rest of the board is told as before."""
    random = Random(f"support {number}")
    yield working_moment(day, hour=11)
    # (the cast's social worker leads the children whose stories are told)
    cases = Case.objects.open().exclude(lead_professional=scene.cast("practitioner")).order_by("reference")
    listed = list(cases.select_related("child", "lead_professional", "lead_agency"))
    if not listed:
        return
    case = random.choice(listed)
    lead = case.lead_professional
    if lead is None or not gate.can(lead, Permission.CASE_CHANGE, case):
        return
    need = SAID.needs[number % len(SAID.needs)]
    row = refer(case, need, lead)
    if row.service is None:
        return
    yield later(random.randrange(2, 9), hour=15)
    if random.random() < 0.1:
        note(
            row, lead, answer="declined", answered_on=timezone.localdate(), answer_reason="Lives too far away"
        )
        return
    few, many = SAID.waits.get(need, (5, 28))
    wait = random.randrange(few, many)
    answer = (
        {"answer": "waiting", "answer_reason": "About three months"} if few > 28 else {"answer": "accepted"}
    )
    note(row, lead, answered_on=timezone.localdate(), **answer)
    yield at(row.asked_on + dt.timedelta(days=wait), hour=16)
    before = random.randrange(2, 5)
    note(row, lead, first_on=timezone.localdate(), scale="own", scale_before=before)
    yield later(random.randrange(60, 140), hour=15)
    suited = random.random() < 0.85
    outcome = random.choice(("MET", "MET", "PARTLY", "OTHER_SERVICE")) if suited else "NOT_RIGHT"
    note(
        row, lead, engagement=random.choice(("engaged", "engaged", "partly")) if suited else "not_suited",
        scale="own", scale_before=before, scale_after=before + (random.randrange(1, 5) if suited else 0),
        ended_on=timezone.localdate(),
        outcome=outcome, child_said=random.choice(SAID.child_said),
        parent_said=random.choice(SAID.parent_said),
    )  # fmt: skip


def refer(case: Case, need: str, by: User, why: str = "") -> SupportReferral:
    """To the funded service that meets the need, if there is one."""
    service = Service.objects.filter(needs__contains=[need]).first()
    if service is not None and not service.is_funded:
        service = None
    return support.refer(
        case=case, need=need, service=service, asked_on=timezone.localdate(), why=why, by=by, key=new_key()
    )


def note(row: SupportReferral, by: User, **said: Any) -> None:
    """What became of it, while work on the case goes on."""
    if Case.objects.open().filter(pk=row.case_id).exists() and gate.can(by, Permission.CASE_CHANGE, row.case):
        kept = support.record_progress(referral=row, said=said, version=row.version, by=by)
        row.version = kept.version


def simran(scene: Scene) -> Story:
    """Sam, her youth worker, comes from Lantern; her safety rose, and she still sees him."""
    yield scene.ago(150, hour=14)
    case, by = _case_of("Simran"), scene.cast("practitioner")
    row = refer(case, "TRUSTED_ADULT", by, "Somebody who is hers, and who does not ask about K first.")
    yield later(3, hour=14)
    note(row, by, answer="accepted", answered_on=timezone.localdate())
    yield later(6, hour=16)
    note(row, by, first_on=timezone.localdate(), engagement="engaged", scale="safety", scale_before=3)
    yield scene.ago(8, hour=16)
    note(row, by, scale_after=5, child_said="Sam does what he says he will.")


def leah(scene: Scene) -> Story:
    """She waits for therapy, and nobody offers what she asks for at 18."""
    yield scene.ago(70, hour=14)
    case, by = _case_of("Leah"), scene.cast("practitioner")
    row = refer(case, "THERAPY", by, "To sleep. To talk to one person only.")
    yield later(5, hour=14)
    note(row, by, answer="waiting", answered_on=timezone.localdate(), answer_reason="About four months")
    yield scene.ago(20, hour=14)
    refer(case, "ADULT", by, "Joan and Nadia to stay with her after 18.")


def _case_of(name: str) -> Case:
    rows = Case.objects.open().select_related("child", "lead_professional", "lead_agency")
    return rows.filter(child__given_name=name).order_by("opened_at")[0]


def prevented(scene: Scene, number: int, days: int) -> Story:
    """One activity so many days ago, recorded by somebody of its agency; the newest in a hotel."""
    done = SAID.done[-1 - number % len(SAID.done)]
    agency, more = done["agency"], done["reached"]
    if number >= len(SAID.done):  # of an older one somebody kept the numbers alone
        more = {name: value + number % 5 for name, value in more.items() if type(value) is int}
    yield scene.ago(days, hour=16)
    by = scene.board.staff[agency][2 if agency == "housing" else 0]
    if not gate.can(by, Permission.PREVENTION_RECORD):
        return
    said = {
        **{name: done[name] for name in ("kind", "setting", "place")}, "in_ward": done["ward"],
        "on": timezone.localdate(),
        "led_by": f"{by.full_name}, {by.job_title}", **more,
    }  # fmt: skip
    record_activity(activity=PreventionActivity(), said=said, version=0, by=by, key=new_key())
