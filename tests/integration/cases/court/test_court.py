"""Investigation, court and care: who finds it, which days are refused, and what must be told by when."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.chronology.models import EntryKind
from cases.chronology.selectors import chronology, for_court
from cases.court.models import CourtEvent, Investigation, NrmReferral, SpecialMeasure
from cases.court.selectors import court_page, court_row, plan_to_hand_on
from cases.court.services import save
from cases.record.models.case import Case
from cases.record.selectors.steps import steps_of
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible, StaleEdit
from cse_portal.keys import new_key
from cse_portal.reference.working_days import add_months
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case, make_child, parts_held, share_with
from tests.factories.court import ago, court, make_investigation

CARE = {"contact_name": "DC Lowe", "how_often": "Every week", "evidence": "facing"}
ASKED = {"first_responder": "POLICE", "exploitation": "SEXUAL", "indicators": "Driven"}
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast, child=make_child(date_of_birth=dt.date(2010, 2, 28)))


def steps(cast: Cast, case: Case, who: str = "practitioner") -> dict[str, str]:
    found = steps_of(getattr(cast, who), [case]).get(case.pk, [])
    return {each.kind.slug: each.kind.words(each.note) for each in found}


def test_police_team_and_lead_hold_it_and_others_do_not(cast: Cast, client: Client, case: Case) -> None:
    for agency in ("police", "health"):
        share_with(case, cast.agency(agency), by=cast.practitioner)
    made = make_investigation(cast, case)
    event = court(cast, case, "event", investigation=made, kind="BAIL", happens_on=ago(3))
    for name in ("manager", "practitioner", "police"):
        person = getattr(cast, name)
        assert "view_court" in parts_held(case, person)
        with acting_for(person):
            assert court_page(person, case).events == [event]
            assert "court-tell" in steps(cast, case, name)
    assert "view_court" not in parts_held(case, cast.health)
    with acting_for(cast.health):
        assert not CourtEvent.objects.exists(), "PostgreSQL asks too"
        assert not chronology(cast.health, case).filter(kind=EntryKind.COURT).exists()
        assert "court-tell" not in steps(cast, case, "health")
        assert plan_to_hand_on(cast.health, case) == ""
    assert not for_court(cast.practitioner, case, []).filter(kind=EntryKind.COURT).exists()
    client.force_login(cast.health, backend=BACKEND)
    assert f"/cases/{case.reference}/court/" not in client.get(f"/cases/{case.reference}/").content.decode()
    with pytest.raises(NotPermitted):
        court(cast, case, "care", "plan", by=cast.health, **CARE)
    with pytest.raises(NotPermitted):
        court(cast, case, "care", "plan", by=cast.police, **CARE)  # sees, and does not work on it
    with pytest.raises(NotVisible):
        court(cast, case, "care", "plan", by=cast.outsider, **CARE)


def test_looks_and_changes_are_recorded_and_told(cast: Cast, client: Client, case: Case) -> None:
    before = Case.objects.get(pk=case.pk).last_activity_at
    row = make_investigation(cast, case)
    ended = {"status": "no_action", "no_action_reason": "EVIDENCE", "ended_on": ago(1)}
    court(cast, case, "investigation", str(row.pk), **ended)
    assert Case.objects.get(pk=case.pk).last_activity_at == before, "not everybody is told that there is one"
    told = [each.text for each in case.chronology.filter(kind=EntryKind.COURT).order_by("recorded_at")]
    assert "Under investigation." in told[0]
    assert "No further action: Not enough evidence" in told[1]
    assert AuditEvent.objects.filter(action=Action.COURT_RECORDED).count() == 2
    client.force_login(cast.practitioner, backend=BACKEND)
    assert client.get(reverse("cases:court", args=[case.reference])).status_code == 200
    assert AuditEvent.objects.filter(action=Action.COURT_VIEWED, actor=cast.practitioner).count() == 1


@pytest.mark.parametrize(
    ("kind", "said", "field", "words"),
    [
        ("event", {"kind": "BAIL", "happens_on": 101}, "happens_on", "The investigation opened on"),
        ("event", {"kind": "BAIL", "happens_on": -1}, "happens_on", "or a day before it"),
        ("event", {"kind": "VERDICT", "happens_on": 60}, "happens_on", "the charge, which is on"),
        ("event", {"kind": "SENTENCE", "happens_on": 2}, "happens_on", "the verdict. Record that first"),
        ("event", {"kind": "BAIL", "happens_on": 9, "told_on": 10, "told_by": "Mo"}, "told_on", "It happened on"),
        ("event", {"kind": "BAIL", "happens_on": 9, "told_on": 8}, "told_by", "or neither"),
        ("investigation", {"ended_on": 9}, "ended_on", "only if it has"),
        ("investigation", {"status": "no_action", "ended_on": 9}, "no_action_reason", "Say why"),
        ("investigation", {"opened_on": 40}, "opened_on", "This day is after it"),
        ("referral", {"reasonable": "positive", "reasonable_on": 51}, "reasonable_on", "The referral was made on"),
        ("referral", {"conclusive": "positive", "conclusive_on": 1}, "conclusive", "positive reasonable-grounds"),
        ("measure", {"wish": "no", "applied_on": 1}, "applied_on", "what the child wants"),
        ("measure", {"wish": "yes", "granted": "granted", "answered_on": 1}, "applied_on", "day of the application"),
    ],
)  # fmt: skip
def test_days_that_do_not_fit_are_refused_and_named(
    cast: Cast, case: Case, kind: str, said: dict[str, object], field: str, words: str
) -> None:
    row = make_investigation(cast, case)
    court(cast, case, "event", investigation=row, kind="CHARGE", happens_on=ago(50))
    which = str(row.pk) if kind == "investigation" else "SM23" if kind == "measure" else "new"
    known = {
        "event": {"investigation": row}, "investigation": {}, "measure": {"offered_on": ago(20)},
        "referral": {**ASKED, "referred_on": ago(50)},
    }[kind]  # fmt: skip
    days = {name: ago(value) if isinstance(value, int) else value for name, value in said.items()}
    with pytest.raises(NotAllowedNow) as refused:
        court(cast, case, kind, which, **{**known, **days})  # type: ignore[arg-type]
    assert refused.value.field == field
    assert words in refused.value.message


def test_bail_and_the_decisions_of_the_nrm_are_steps_until_they_are_done(cast: Cast, case: Case) -> None:
    made = make_investigation(cast, case)
    event = court(cast, case, "event", investigation=made, kind="BAIL", happens_on=ago(1))
    referral = court(cast, case, "referral", referred_on=ago(0), **ASKED)
    court(cast, case, "care", "plan", next_contact_on=ago(-7), **CARE)
    assert steps(cast, case) | {
        "court-tell": "Bail set: tell the child", "court-contact": "In touch: DC Lowe",
        "nrm": "Reasonable grounds",
    } == steps(cast, case)  # fmt: skip
    court(cast, case, "event", str(event.pk), told_on=ago(0), told_by="Amina Khan")
    court(cast, case, "referral", str(referral.pk), reasonable="positive", reasonable_on=ago(0))
    assert "court-tell" not in steps(cast, case)
    assert steps(cast, case)["nrm"] == "Conclusive grounds"
    assert NrmReferral.objects.get().due_on == ago(-30)
    court(cast, case, "referral", str(referral.pk), conclusive="positive", conclusive_on=ago(0))
    assert "nrm" not in steps(cast, case)


def test_to_face_the_court_is_a_choice(cast: Cast, client: Client, case: Case) -> None:
    court(cast, case, "measure", "SM23", offered_on=ago(9), wish="no", own_words="I want him to see me.")
    applied = {"offered_on": ago(9), "wish": "yes", "applied_on": ago(2)}
    court(cast, case, "measure", "SM29", **applied)
    court(cast, case, "measure", "SM24", **applied, granted="refused", answered_on=ago(1))
    new = court_row(cast.practitioner, case, "care", "plan")
    court(cast, case, "care", "plan", isva_name="Ros Hale", cica_until=new.cica_until, **CARE)  # type: ignore[attr-defined]
    row = make_investigation(cast, case)
    court(cast, case, "event", investigation=row, kind="CHARGE", happens_on=ago(50))
    court(cast, case, "event", investigation=row, kind="TRIAL", happens_on=ago(-30))
    said = (
        f"To hand on: special measures (intermediary); trial on {ago(-30):%-d %B %Y}; "
        "DC Lowe keeps in touch (every week); giving evidence: in the courtroom, facing the court; ISVA Ros Hale; "
        "CICA until 28 February 2030"
    )
    assert plan_to_hand_on(cast.practitioner, case) == said
    client.force_login(cast.practitioner, backend=BACKEND)
    turning = client.get(reverse("mase:transition", args=[case.reference])).content.decode()
    assert turning.count(said) == 1


def test_an_intermediary_asks_for_a_ground_rules_hearing(cast: Cast, client: Client, case: Case) -> None:
    row = make_investigation(cast, case)
    court(cast, case, "event", investigation=row, kind="CHARGE", happens_on=ago(50))
    granted = {"offered_on": ago(9), "wish": "yes", "applied_on": ago(2), "granted": "granted"}
    court(cast, case, "measure", "SM29", **granted, answered_on=ago(1))
    court(cast, case, "measure", "INTERPRETER", offered_on=ago(9), wish="no")
    words = "Intermediary granted: ask the court for a day of the ground rules hearing."
    assert court_page(cast.practitioner, case).without_a_day == [words]
    client.force_login(cast.practitioner, backend=BACKEND)
    page = client.get(reverse("cases:court", args=[case.reference])).content.decode()
    for said in (words, "s29", "Interpreter", "Police and Criminal Evidence Act 1984 s37"):
        assert said in page
    court(cast, case, "event", investigation=row, kind="GROUND_RULES", happens_on=ago(-20))
    assert court_page(cast.practitioner, case).without_a_day == []


@pytest.mark.parametrize("how", ["no action", "stopped"])
def test_the_child_may_ask_for_a_review_for_three_months(cast: Cast, case: Case, how: str) -> None:
    row = make_investigation(cast, case)
    if how == "stopped":
        court(cast, case, "event", investigation=row, kind="CHARGE", happens_on=ago(50))
        court(cast, case, "event", investigation=row, kind="STOPPED", happens_on=ago(5))
        assert steps(cast, case)["court-tell"] == "Prosecution stopped: tell the child"
    else:
        ended = {"status": "no_action", "no_action_reason": "EVIDENCE", "ended_on": ago(5)}
        court(cast, case, "investigation", str(row.pk), **ended)
    last, told = add_months(ago(5), 3), "Last day to ask for a review"
    assert (last, told) in [each[:2] for each in court_page(cast.practitioner, case).next]
    with time_machine.travel(dt.datetime.combine(last + dt.timedelta(days=1), dt.time(12))):
        assert told not in [each[1] for each in court_page(cast.practitioner, case).next]
    with pytest.raises(NotAllowedNow, match="follows the review asked for"):
        court(cast, case, "event", investigation=row, kind="REVIEW_ANSWERED", happens_on=ago(1))
    court(cast, case, "event", investigation=row, kind="REVIEW_ASKED", happens_on=ago(2))
    assert told not in [each[1] for each in court_page(cast.practitioner, case).next]


def test_two_posts_make_one_row_and_two_writers_read_both(cast: Cast, client: Client, case: Case) -> None:
    row, key = court_row(cast.practitioner, case, "measure", "SM30"), new_key()
    said = {"offered_on": ago(1), "wish": "yes", "own_words": "My cards"}
    for _ in range(2):
        again = court_row(cast.practitioner, case, "measure", "SM30")
        save(row=again, said=said, version=0, by=cast.practitioner)
    assert SpecialMeasure.objects.count() == 1
    with pytest.raises(StaleEdit):
        save(row=row, said={**said, "wish": "undecided"}, version=0, by=cast.practitioner)
    known = {"crime_reference": "A", "force": "B", "officer": "C", "opened_on": ago(1), "status": "reported"}
    for _ in range(2):
        new = court_row(cast.practitioner, case, "investigation", "new")
        save(row=new, said=known, version=0, by=cast.practitioner, key=key)
    assert Investigation.objects.count() == 1
    client.force_login(cast.practitioner, backend=BACKEND)
    today = timezone.localdate()
    day = {"offered_on_day": today.day, "offered_on_month": today.month, "offered_on_year": today.year}
    address = reverse("cases:court-record", args=[case.reference, "measure", "SM30"])
    page = client.post(address, {**day, "version": "0", "wish": "no", "own_words": "Mine"}).content.decode()
    assert "“My cards”" in page
    assert "Mine" in page
    for kind, which in (("measure", "SM99"), ("care", "new"), ("nothing", "new"), ("event", str(new_key()))):
        missing = client.get(reverse("cases:court-record", args=[case.reference, kind, which]))
        assert missing.status_code == 404, (kind, which)
