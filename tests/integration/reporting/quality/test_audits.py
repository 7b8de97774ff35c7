"""Audits of case files: a lot that can be drawn again, sight for a time, the tool, actions, measure J1."""

import datetime as dt
from random import Random

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.sharing.services.exclusions import exclude
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.selectors import codes
from reporting.measures.selectors import registry
from reporting.quality import services
from reporting.quality.models import QUESTIONS, AuditAction, CaseAudit
from reporting.returns.selectors.behind import number, rows_behind
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import make_case
from tests.factories.quality import drawn, graded

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def sees(cast: Cast, person: str, case: Case) -> bool:
    return signed_in(cast, person).get(f"/cases/{case.reference}/").status_code == 200


def test_a_sample_is_drawn_by_a_lot_that_can_be_drawn_again(cast: Cast) -> None:
    cases = [make_case(cast, category=RiskCategory.MEDIUM) for _ in range(6)]
    make_case(cast, category=RiskCategory.HIGH)
    sample = drawn(cast.manager, cast.health, cast.outsider, size=3, category=2)
    audits = CaseAudit.objects.filter(sample=sample)
    in_order = sorted(each.reference for each in cases)
    again = Random(sample.seed).sample(in_order, len(in_order))[:3]
    assert {each.case.reference for each in audits} == set(again)
    assert sample.population == 6
    assert {each.auditor for each in audits} == {cast.health, cast.outsider}
    with pytest.raises(NotAllowedNow):
        drawn(cast.manager, cast.health, category=1)
    with pytest.raises(NotPermitted):
        drawn(cast.practitioner, cast.health)


def test_an_auditor_sees_the_case_until_a_week_after_it_is_due_and_why_is_on_record(cast: Cast) -> None:
    case = make_case(cast)
    assert not sees(cast, "outsider", case)
    sample = drawn(cast.manager, cast.outsider, days=14)
    assert sees(cast, "outsider", case)
    grant = case.user_grants.get(user=cast.outsider)
    assert grant.reason == "Audit of the case file: Voice of the child"
    assert not gate.can(cast.outsider, Permission.CHRONOLOGY_ADD, case)
    line = Notification.objects.get(user=cast.outsider, text__contains="audit the file")
    assert line.url == CaseAudit.objects.get().get_absolute_url()
    with time_machine.travel(timezone.now() + dt.timedelta(days=21)):
        assert sees(cast, "outsider", case)
    with time_machine.travel(timezone.now() + dt.timedelta(days=22)):
        assert not sees(cast, "outsider", case)
        assert signed_in(cast, "outsider").get(line.url).status_code == 404
    assert AuditEvent.objects.filter(action=Action.AUDIT_SAMPLE_DRAWN, object_id=sample.pk).exists()


def test_nobody_audits_a_case_they_lead_or_are_shut_out_of(cast: Cast) -> None:
    case = make_case(cast)
    with pytest.raises(NotAllowedNow):
        drawn(cast.manager, cast.practitioner)
    exclude(case=case, user=cast.outsider, reason="A relative", by=cast.privacy)
    with pytest.raises(NotAllowedNow):
        drawn(cast.manager, cast.outsider)
    assert CaseAudit.objects.count() == 0


def test_the_auditor_fills_in_the_tool_and_sets_actions_that_their_owner_finishes(cast: Cast) -> None:
    case = make_case(cast)
    drawn(cast.manager, cast.outsider)
    audit = CaseAudit.objects.get()
    outsider, page = signed_in(cast, "outsider"), audit.get_absolute_url()
    assert case.child.name in outsider.get("/case-audits/").content.decode()
    said = {each.code: "good" for each in codes(QUESTIONS)} | {"voice-found": "She was asked, alone."}
    owner = str(cast.practitioner.memberships.get().pk)
    row = {
        "actions-TOTAL_FORMS": "1", "actions-INITIAL_FORMS": "0", "actions-0-text": "Write down what she wants.",
        "actions-0-owner": owner, "actions-0-due_on_day": "1", "actions-0-due_on_month": "2",
        "actions-0-due_on_year": str(TODAY.year + 1),
    }  # fmt: skip
    wrong = outsider.post(page, {**said, **row, "voice": ""}).content.decode()
    assert "Grade this: Does the file show what the child said" in wrong
    assert "She was asked, alone." in wrong
    assert "Write down what she wants." in wrong
    done = outsider.post(page, {**said, **row, "grade": "good", "findings": "Well kept."}, follow=True)
    assert "The audit is completed, with 1 action." in done.content.decode()
    action = AuditAction.objects.get()
    assert Notification.objects.filter(user=cast.practitioner, text__contains="asks you to act").exists()
    assert outsider.post(f"/case-audits/actions/{action.pk}/", {"outcome": "x"}).status_code == 403
    lead = signed_in(cast, "practitioner")
    assert "Write down what she wants." in lead.get("/case-audits/").content.decode()
    lead.post(f"/case-audits/actions/{action.pk}/", {"outcome": "It is in her plan."})
    assert "It is in her plan." in lead.get(page).content.decode()
    assert lead.post(page, {**said, "grade": "good", "findings": "Mine"}).status_code == 403


def test_what_is_completed_is_never_changed_and_an_owner_must_see_the_case(cast: Cast) -> None:
    make_case(cast)
    drawn(cast.manager, cast.outsider)
    audit = CaseAudit.objects.get()
    blind = {"text": "Look", "owner": cast.duty, "due_on": TODAY}
    with pytest.raises(NotAllowedNow, match="does not see this case"):
        graded(audit, actions=[blind])
    with pytest.raises(NotPermitted):
        services.complete(audit=audit, answers={}, grade="good", findings="x", actions=[], by=cast.manager)
    graded(audit)
    with pytest.raises(NotAllowedNow):
        graded(audit, "inadequate")
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseAudit.objects.filter(pk=audit.pk).update(grade="inadequate")


def test_measure_j1_counts_what_its_list_shows(cast: Cast) -> None:
    for _ in range(2):
        make_case(cast)
    sample = drawn(cast.manager, cast.outsider, size=2)
    first = CaseAudit.objects.filter(sample=sample).order_by("id")[0]
    graded(first, "improve")
    quarter = Quarter.containing(TODAY)
    _, figures = registry.compute("J1", quarter)
    found = {(each.dimension, each.row.code, each.column.code): each.value for each in figures}
    assert found["grade", "improve", "count"] == found["agency", "csc", "improve"] == 1
    for each in figures:
        behind = number(cast.manager, quarter.slug, "J1", each.dimension, each.row.code, each.column.code)
        assert len(rows_behind(behind)) == each.value
    page = signed_in(cast, "manager").get(sample.get_absolute_url()).content.decode()
    assert "Graded so far: requires improvement: 1." in page
    assert page.count(cast.outsider.full_name) == 2
    assert (
        signed_in(cast, "manager")
        .get(f"/returns/{quarter.slug}/behind/J1/grade/improve/count/")
        .content.decode()
        .count(first.case.reference)
    )


def test_the_same_post_draws_one_sample(cast: Cast) -> None:
    make_case(cast)
    key = str(new_key())
    said = {
        "title": "Autumn", "size": "1", "due_on_day": "1", "due_on_month": "2", "due_on_year": str(TODAY.year + 1),
        "auditors": str(cast.outsider.memberships.get().pk), "form_token": key,
    }  # fmt: skip
    manager = signed_in(cast, "manager")
    for _ in range(2):
        assert manager.post("/case-audits/draw/", said).status_code == 302
    assert CaseAudit.objects.count() == 1
