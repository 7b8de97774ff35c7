"""What others tell or ask of access and the audit: Django of signing in, a template of the gate, the clock of seals."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.template import Context, Template
from django.test import RequestFactory

from cases.record.models.case import Case
from cse_portal.accounts.models import User
from cse_portal.audit import context, sealing, tasks
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.audit.recorder import blinded
from cse_portal.sign_in import sign_in_events
from tests.cast import Cast
from tests.factories.cases import make_case

SIGNALS = {
    sign_in_events.signed_in: user_logged_in,
    sign_in_events.signed_out: user_logged_out,
    sign_in_events.failed: user_login_failed,
}


def the_event(action: Action) -> AuditEvent:
    return AuditEvent.objects.get(action=action)


@pytest.mark.parametrize("hears", SIGNALS, ids=lambda hears: hears.__name__)
def test_each_is_told_when_it_happens(hears: Any) -> None:
    assert hears in SIGNALS[hears]._live_receivers(sender=User)[0]


def test_signing_in_and_out_say_who(cast: Cast) -> None:
    sign_in_events.signed_in(user=cast.health, request=None)
    sign_in_events.signed_out(user=cast.police, request=None)
    assert (the_event(Action.SIGNED_IN).actor, the_event(Action.SIGNED_IN).object_id) == (
        cast.health, cast.health.pk,
    )  # fmt: skip
    assert (the_event(Action.SIGNED_OUT).actor, the_event(Action.SIGNED_OUT).object_id) == (
        cast.police, cast.police.pk,
    )  # fmt: skip


def test_whoever_was_not_in_does_not_go_out(cast: Cast) -> None:
    sign_in_events.signed_out(user=None, request=None)
    assert not AuditEvent.objects.filter(action=Action.SIGNED_OUT).exists()


@pytest.mark.parametrize(
    ("typed", "about"),
    [
        ({"email": "nurse@example.org"}, "nurse@example.org"),
        ({"username": "nurse"}, "nurse"),
        ({"email": "nurse@example.org", "username": "somebody"}, "nurse@example.org"),
        ({"email": "", "username": "nurse"}, "nurse"),
    ],
)
def test_a_failed_sign_in_tells_the_address_apart_and_names_it_nowhere(
    cast: Cast, typed: dict[str, str], about: str
) -> None:
    sign_in_events.failed(credentials=typed, sender=None)
    event = the_event(Action.SIGN_IN_FAILED)
    assert (event.actor, event.detail) == (None, {"address": blinded(about)})
    assert about not in str(event.detail)


# --------------------------------------------------------------------------------------------- from a template


def drawn(user: User | AnonymousUser, words: str, case: Case | None = None) -> str:
    request = RequestFactory().get("/")
    request.user = user
    page = Template("{% load gate %}{% can " + words + " as may %}{{ may|yesno }}")
    return page.render(Context({"request": request, "case": case}))


def test_a_template_asks_the_gate_for_whoever_reads_the_page(cast: Cast) -> None:
    case = make_case(cast)
    told = {who: drawn(cast.people[who], '"CASE_CLOSE" case', case) for who in ("manager", "practitioner")}
    assert told == {"manager": "yes", "practitioner": "no"}
    assert drawn(cast.manager, '"CASE_LIST"') == "yes"
    assert drawn(AnonymousUser(), '"CASE_LIST"') == "no"
    assert drawn(cast.outsider, '"CASE_VIEW" case', case) == "no"


# ------------------------------------------------------------------------------------------------- by the clock


def test_the_clock_has_the_audit_kept_as_a_job_and_is_told_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []

    def keep() -> int:
        told.append(context.request_id())
        return 7

    monkeypatch.setattr(sealing, "seal_all", keep)
    assert tasks.seal.name == "audit.seal"
    assert tasks.seal() == 7
    (job,) = told
    assert job is not None
    assert context.request_id() != job
