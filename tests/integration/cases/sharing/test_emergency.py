"""At night a nurse opens a child's case that she was not given: for four hours, told to others, and judged."""

import datetime as dt

import pytest
import time_machine
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.record.models.case import Case
from cases.sharing.models import BreakGlass, EmergencyKind, EmergencyVerdict
from cases.sharing.selectors.emergency import Sought
from cases.sharing.services import access, emergency, exclusions
from cases.sharing.services.emergency import OwnEmergency
from cases.tasks import remind_of_reviews
from cse_portal import acting
from cse_portal.access import gate, grants
from cse_portal.access.models import GrantSource
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import user_context
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted
from cse_portal.jobs.models import Notification
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child

WEDNESDAY_NIGHT = dt.datetime(2026, 11, 25, 23, 10, tzinfo=dt.UTC)


def broken(cast: Cast, case: Case, by: User | None = None) -> BreakGlass | None:
    return emergency.break_glass(
        sought=Sought(reference=case.reference),
        kind=EmergencyKind.HEALTH,
        reason="Brought in alone",
        by=by or cast.duty,
    )


def typed(**changes: str) -> dict[str, str]:
    return {
        "way": "name", "family_name": "testley", "date_of_birth_day": "14", "date_of_birth_month": "3",
        "date_of_birth_year": "2012", "kind": "health", "reason": "Brought in alone; nobody answers at social care",
        "understood": "on",
    } | changes  # fmt: skip


def test_the_nurse_sees_the_case_and_cannot_change_it(cast: Cast) -> None:
    case = make_case(cast)
    nurse = signed_in(cast, "duty")
    assert nurse.get(reverse("cases:case", args=[case.reference])).status_code == 404
    answer = nurse.post(reverse("cases:emergency"), typed(), follow=True)
    assert answer.redirect_chain == [(reverse("cases:tonight", args=[case.reference]), 302)]
    assert "You can see this case until" in answer.content.decode()
    assert not gate.can(cast.duty, Permission.CASE_CHANGE, case)
    assert nurse.get(reverse("cases:access-share", args=[case.reference])).status_code == 403


def test_it_ends_after_four_hours_to_the_second(cast: Cast) -> None:
    case = make_case(cast)
    with time_machine.travel(WEDNESDAY_NIGHT, tick=False) as clock:
        broken(cast, case)
        clock.shift(dt.timedelta(hours=3, minutes=59, seconds=59))
        assert gate.can(cast.duty, Permission.CASE_VIEW, case)
        clock.shift(dt.timedelta(seconds=1))
        assert not gate.can(cast.duty, Permission.CASE_VIEW, case)


def test_those_who_answer_for_the_case_and_the_privacy_officer_are_told_at_once(cast: Cast) -> None:
    case = make_case(cast)
    broken(cast, case)
    told = {note.user: note.text for note in Notification.objects.all()}
    assert set(told) == {cast.practitioner, cast.privacy}
    assert case.child.family_name not in " ".join(told.values())
    assert (
        AuditEvent.objects.filter(action=Action.GLASS_BROKEN, actor=cast.duty, case_id=case.pk).count() == 1
    )


@pytest.mark.parametrize("lead", ["left", "excluded"])
def test_the_managers_are_told_when_the_lead_professional_may_not_be(cast: Cast, lead: str) -> None:
    case = make_case(cast)
    if lead == "left":
        cast.practitioner.memberships.update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    else:
        exclusions.exclude(case=case, user=cast.practitioner, reason="Knows the family", by=cast.privacy)
    Notification.objects.all().delete()
    broken(cast, case)
    told = set(Notification.objects.values_list("user__email", flat=True))
    assert told == {cast.manager.email, cast.privacy.email}


@pytest.mark.parametrize("who", ["person", "agency"])
def test_nobody_who_is_excluded_gets_in_or_learns_of_the_case(cast: Cast, who: str) -> None:
    case = make_case(cast, child=make_child(family_name="Hale"))
    shut = {"user": cast.duty} if who == "person" else {"agency": cast.agency("hospital")}
    exclusions.exclude(case=case, reason="Knows the family", by=cast.privacy, **shut)
    nurse = signed_in(cast, "duty")
    excluded = answer_to(nurse, family_name="Hale")
    made_up = answer_to(nurse, family_name="Nobody")
    assert excluded.replace("Hale", "Nobody") == made_up
    assert not BreakGlass.objects.exists()
    assert not grants.holders_rows(case, User).filter(user=cast.duty).exists()
    assert AuditEvent.objects.filter(action=Action.GLASS_NOT_BROKEN).count() == 2


def answer_to(client: Client, **changes: str) -> str:
    page = client.post(reverse("cases:emergency"), typed(**changes))
    nonce = str(getattr(page.wsgi_request, "csp_nonce", "") or "-")
    body = page.content.decode().replace(nonce, "")
    assert "No single case that you can open fits this" in body
    start, end = body.index("<main"), body.index("</main>")
    return "\n".join(line for line in body[start:end].splitlines() if "csrfmiddlewaretoken" not in line)


def test_two_children_who_fit_are_opened_for_nobody(cast: Cast) -> None:
    for _ in range(2):
        make_case(cast, child=make_child(date_of_birth=dt.date(2012, 3, 14)))
    assert answer_to(signed_in(cast, "duty"))
    assert not BreakGlass.objects.exists()


def test_a_restricted_case_opens_too(cast: Cast) -> None:
    case = make_case(cast)
    access.restrict(
        case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
    )
    broken(cast, case)
    assert gate.can(cast.duty, Permission.CASE_VIEW, case)


@pytest.mark.parametrize(
    "who", ["practitioner", "police", "health", "outsider", "analyst", "privacy", "administrator"]
)
def test_nobody_else_breaks_the_glass(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        broken(cast, make_case(cast), by=cast.people[who])


# ------------------------------------------------------------------------------------------ the verdict


def test_the_privacy_officer_sees_why_and_what_was_looked_at_and_never_the_child(cast: Cast) -> None:
    case = make_case(cast, child=make_child(given_name="Kestrel", family_name="Hale"))
    opened = broken(cast, case)
    assert opened is not None
    signed_in(cast, "duty").get(reverse("cases:case", args=[case.reference]))
    page = (
        signed_in(cast, "privacy").get(reverse("cases:emergency-review", args=[opened.pk])).content.decode()
    )
    assert case.reference in page
    assert "Brought in alone" in page
    assert "Viewed a case" in page
    assert "Hale" not in page
    assert "Kestrel" not in page


@pytest.mark.parametrize(
    ("verdict", "still_has_access"),
    [
        (EmergencyVerdict.JUSTIFIED, True),
        (EmergencyVerdict.UNNECESSARY, False),
        (EmergencyVerdict.MISUSE, False),
    ],
)
def test_unless_it_was_right_access_ends_with_the_verdict(
    cast: Cast, verdict: EmergencyVerdict, still_has_access: bool
) -> None:
    case = make_case(cast)
    opened = broken(cast, case)
    assert opened is not None
    privacy = signed_in(cast, "privacy")
    address = reverse("cases:emergency-review", args=[opened.pk])
    answer = privacy.post(address, {"verdict": verdict, "note": "Spoke to the ward and to Priya Raman"})
    assert answer.status_code == 302
    assert gate.can(cast.duty, Permission.CASE_VIEW, case) is still_has_access
    with pytest.raises(NotAllowedNow, match="Somebody has already judged this"):
        emergency.review(emergency=opened, verdict=verdict, note="Again", by=cast.privacy)


def test_a_verdict_is_due_in_two_working_days_and_then_asked_for_every_morning(cast: Cast) -> None:
    with time_machine.travel(WEDNESDAY_NIGHT, tick=False) as clock:
        opened = broken(cast, make_case(cast))
        assert opened is not None
        # After 17:00 on a Wednesday counts as Thursday; two working days on is the Monday.
        assert opened.review_by == dt.date(2026, 11, 30)
        clock.move_to(dt.datetime(2026, 11, 30, 8, 15, tzinfo=dt.UTC))
        assert remind_of_reviews() == 0
        clock.move_to(dt.datetime(2026, 12, 1, 8, 15, tzinfo=dt.UTC))
        assert remind_of_reviews() == 1
        assert Notification.objects.filter(user=cast.privacy, text__contains="past the time").count() == 1


def test_nobody_judges_the_case_they_opened_themselves(cast: Cast) -> None:
    """The duty officer was appointed privacy officer before anybody had judged it."""
    opened = broken(cast, make_case(cast))
    assert opened is not None
    Membership.objects.filter(user=cast.duty).update(role=Role.PRIVACY_OFFICER)
    officer = signed_in(cast, "duty")
    address = reverse("cases:emergency-review", args=[opened.pk])
    shown = officer.get(address).content.decode()
    assert OwnEmergency.message in shown
    assert "Record the verdict" not in shown
    answer = officer.post(address, {"verdict": EmergencyVerdict.JUSTIFIED, "note": "It was right"})
    assert answer.status_code == 200
    assert OwnEmergency.message in answer.content.decode()
    with pytest.raises(OwnEmergency):
        emergency.review(
            emergency=opened, verdict=EmergencyVerdict.JUSTIFIED, note="It was right", by=cast.duty
        )
    opened.refresh_from_db()
    assert opened.verdict == ""


def test_more_than_two_in_thirty_days_are_called_a_habit(cast: Cast) -> None:
    with time_machine.travel(WEDNESDAY_NIGHT, tick=False) as clock:
        for _ in range(3):
            broken(cast, make_case(cast))
            clock.shift(dt.timedelta(days=9))
        texts = (
            Notification.objects.filter(user=cast.privacy)
            .order_by("created_at")
            .values_list("text", flat=True)
        )
        assert ["number 3 in 30 days" in text for text in texts] == [False, False, True]


# ------------------------------------------------------------------------------------------ and in the database


def test_the_database_lets_nobody_give_themselves_more(cast: Cast) -> None:
    case = make_case(cast)
    now = timezone.now()

    def give(by: User, to: User, hours: float, *codenames: str) -> None:
        grants.give(
            case, to=to, codenames=codenames, source=GrantSource.BREAK_GLASS, reason="Myself",
            lawful_basis=LAWFUL_BASIS, expires_at=now + dt.timedelta(hours=hours), by=by,
        )  # fmt: skip

    for by, to, hours, codenames in (
        (cast.duty, cast.duty, 5, ["view_case"]),  # longer
        (cast.duty, cast.duty, 4, ["change_case"]),  # more
        (cast.duty, cast.outsider, 4, ["view_case"]),  # for somebody else
        (cast.outsider, cast.outsider, 4, ["view_case"]),  # in a role that may not
    ):
        who = user_context(by)
        assert who is not None
        with acting.acting(who.actor), pytest.raises(ProgrammingError), transaction.atomic():
            give(by, to, hours, *codenames)
    assert not grants.holders_rows(case, User).filter(source=GrantSource.BREAK_GLASS).exists()


def test_a_privacy_officer_who_is_shut_out_of_the_case_learns_nothing_of_it(cast: Cast) -> None:
    case = make_case(cast)
    exclusions.exclude(case=case, user=cast.privacy, reason="Their own family", by=cast.privacy)
    opened = broken(cast, case)
    assert opened is not None
    assert not Notification.objects.filter(user=cast.privacy).exists()
    privacy = signed_in(cast, "privacy")
    assert privacy.get(reverse("cases:emergency-review", args=[opened.pk])).status_code == 404
    for page in ("cases:emergencies", "cases:exclusions"):
        assert case.reference not in privacy.get(reverse(page)).content.decode()
    asked = {"person": str(cast.duty.pk), "reference": case.reference}
    assert "No case has this reference" in privacy.get(reverse("cases:why"), asked).content.decode()
