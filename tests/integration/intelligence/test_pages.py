"""The pages of intelligence: hostile input, parity of refusals, and as many queries for many rows as for few."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from cases.services import access
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.keys import new_key
from intelligence.choices import Handling, LinkKind, SubmissionState, SubmissionStep
from intelligence.models import IntelligenceSubmission
from intelligence.services import drafts, reports
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.intelligence import RAW, SECRET, make_report, make_submission

BUDGET = 19
UNKNOWN = "state=zzz&strand=zzz&overdue=on&handling=Q&q=%00"
HOSTILE = ("a\x00b", "\u202egnp.exe", "x" * 250_000, "<script>alert(1)</script>", "31/02/2026", "9" * 40)


@pytest.fixture
def case(cast: Cast) -> Case:
    """The practitioner's case, on which the police work too."""
    case = make_case(cast)
    return access.share(
        case=case, to=cast.agency("police"), reason="Works with the child", lawful_basis=LAWFUL_BASIS,
        may_change=True, by=cast.practitioner,
    )  # fmt: skip


@pytest.mark.parametrize("step", SubmissionStep)
@pytest.mark.parametrize("value", HOSTILE, ids=["null", "marks", "long", "script", "date", "number"])
@pytest.mark.parametrize("leave", [True, False])
def test_no_page_breaks_on_what_people_paste(
    cast: Cast, client: Client, step: SubmissionStep, value: str, leave: bool
) -> None:
    client.force_login(cast.practitioner)
    draft = drafts.start(by=cast.practitioner)
    url = f"/intelligence/{draft.reference}/write/{step.value}/"
    names = [
        "strands", "urgency", "learned_on_day", "learned_on_year", "provenance", "first_hand", "risk", "seen",
        "meeting_may_discuss", "lines-TOTAL_FORMS", "lines-0-text", "subjects-0-role", "subjects-0-date_of_birth_day",
        "contacts-0-kind", "vehicles-0-registration", "subjects-remove",
    ]  # fmt: skip
    posted = dict.fromkeys(names, value) | ({"leave": "1"} if leave else {})
    assert client.post(url, posted).status_code in (200, 302)
    assert client.post(f"{url}advice/", posted).status_code == 200
    assert client.get(url).status_code == 200
    assert client.get(f"/intelligence/{draft.reference}/check/").status_code == 200


@pytest.mark.parametrize(
    "query",
    ["page=99999999999999999999", "page=-1", "page=x", "state=zzz&strand=zzz&overdue=on&handling=Q&q=%00"],
)
def test_lists_ignore_what_they_do_not_know(cast: Cast, client: Client, query: str) -> None:
    make_report(cast)
    client.force_login(cast.police)
    for url in ("/intelligence/", "/intelligence/inbox/", "/intelligence/reports/"):
        assert client.get(f"{url}?{query}").status_code == 200


@pytest.mark.parametrize(
    "page", ["", "grade/", "return/", "feedback/", "write/learned/", "check/", "reply/", "sent/"]
)
@pytest.mark.parametrize(
    "person", ["manager", "outsider", "leaver", "administrator", "privacy", "analyst", "board"]
)
def test_somebody_elses_submission_is_not_found(cast: Cast, client: Client, page: str, person: str) -> None:
    submission = make_submission(cast)
    client.force_login(cast.people[person])
    assert client.get(f"/intelligence/{submission.reference}/{page}").status_code == 404


def test_the_unit_has_no_authors_pages_and_the_author_none_of_the_units(cast: Cast, client: Client) -> None:
    submission = make_submission(cast)
    client.force_login(cast.police)
    for page in ("write/learned/", "check/", "reply/", "sent/", "delete/"):
        assert client.get(f"/intelligence/{submission.reference}/{page}").status_code == 404
    client.force_login(cast.practitioner)
    for page in ("grade/", "return/", "feedback/"):
        assert client.get(f"/intelligence/{submission.reference}/{page}").status_code == 403
    assert client.get("/intelligence/inbox/").status_code == 403


def test_the_case_shows_neither_the_submission_nor_a_c_report(cast: Cast, client: Client, case: Case) -> None:
    report, hidden = make_report(cast, case=case), make_report(cast, handling=Handling.C, case=case)
    client.force_login(cast.manager)
    for url in (
        f"/cases/{case.reference}/intelligence/",
        f"/cases/{case.reference}/",
        "/intelligence/reports/",
    ):
        body = client.get(url).content.decode()
        for word in (hidden.reference, report.submission.reference, SECRET, RAW):
            assert word not in body
    assert report.reference in client.get(f"/cases/{case.reference}/intelligence/").content.decode()
    client.force_login(cast.outsider)
    assert client.get(f"/cases/{case.reference}/intelligence/").status_code == 404


@pytest.mark.parametrize(
    ("person", "url"),
    [
        ("practitioner", "/intelligence/"),
        ("police", "/intelligence/inbox/"),
        ("police", "/intelligence/inbox/?state=answered"),
        ("police", "/intelligence/reports/"),
        ("practitioner", "/intelligence/reports/"),
        ("practitioner", "case"),
    ],
)
def test_lists_ask_as_little_for_many_rows_as_for_few(
    cast: Cast, client: Client, case: Case, person: str, url: str
) -> None:
    address = f"/cases/{case.reference}/intelligence/" if url == "case" else url
    client.force_login(cast.people[person])
    fill(cast, case, 2)
    client.get(address)
    few = queries(client, address)
    fill(cast, case, 5)
    assert queries(client, address) == few
    assert few <= BUDGET


def test_posting_the_start_twice_makes_one_draft(cast: Cast, client: Client) -> None:
    client.force_login(cast.practitioner)
    token = "0198c0de-0000-7000-8000-000000000009"
    for _ in range(2):
        assert client.post("/intelligence/new/", {"form_token": token}).status_code == 302
    assert IntelligenceSubmission.objects.count() == 1


def fill(cast: Cast, case: Case, number: int) -> None:
    """More of everything."""
    for _ in range(number):
        make_report(cast, case=case)
        make_submission(cast, state=SubmissionState.ANSWERED)
        make_submission(cast)


def queries(client: Client, url: str) -> int:
    """What a page asks the database, without savepoints."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    said = [query["sql"] for query in captured.captured_queries]
    return len([sql for sql in said if "SAVEPOINT" not in sql])


def test_record_pages_ask_little(cast: Cast, client: Client, case: Case) -> None:
    report = make_report(cast, case=case)
    waiting = make_submission(cast, state=SubmissionState.RECEIVED)
    asked = {
        # And which children somebody is excluded from.
        ("practitioner", f"/intelligence/{waiting.reference}/"): BUDGET + 1,
        # And which children its reports are linked to, for the record.
        ("police", f"/intelligence/{report.submission.reference}/"): BUDGET + 1,
        ("police", f"/intelligence/{waiting.reference}/grade/"): BUDGET,
        ("practitioner", f"/intelligence/reports/{report.reference}/"): BUDGET,
        ("police", f"/intelligence/reports/{report.reference}/link/child/?q=robin"): BUDGET,
    }
    over = {}
    for (person, url), most in asked.items():
        client.force_login(cast.people[person])
        client.get(url)
        if (number := queries(client, url)) > most:
            over[url] = number
    assert over == {}


def test_a_page_changed_in_another_window_shows_both_texts(cast: Cast, client: Client) -> None:
    client.force_login(cast.practitioner)
    draft = drafts.start(by=cast.practitioner)
    url = f"/intelligence/{draft.reference}/write/people/"
    seen = client.get(url).context["page"].stored.mark
    person = {"subjects-0-role": "SUSPECT", "subjects-TOTAL_FORMS": "1", "seen": seen}
    assert client.post(url, {**person, "subjects-0-given_name": "Rowan"}).status_code == 302
    page = client.post(url, {**person, "subjects-0-given_name": "Heron"})
    body = page.content.decode()
    assert "Rowan" in body
    assert "Heron" in body
    again = {**person, "subjects-0-given_name": "Heron", "seen": page.context["page"].form["seen"].value()}
    assert client.post(url, again).status_code == 302
    assert [each.given_name for each in draft.subjects.all()] == ["Heron"]


def test_advice_follows_what_is_typed_and_stores_nothing(cast: Cast, client: Client) -> None:
    client.force_login(cast.practitioner)
    draft = drafts.start(by=cast.practitioner)
    typed = {"lines-TOTAL_FORMS": "1", "lines-0-text": "She met R.K. and says she was assaulted."}
    said = client.post(f"/intelligence/{draft.reference}/write/learned/advice/", typed).content.decode()
    assert "Line 1 has initials (R.K.)" in said
    assert "does not report a crime" in said
    assert "Enter" not in said  # what is missing is said when the page is saved, not while it is written
    assert not draft.lines.exists()
    assert draft.steps_done == []


def test_the_unit_says_where_a_person_of_concern_stands_now_and_why(cast: Cast, client: Client) -> None:
    report = make_report(cast)
    fields = {"given_name": "Rowan", "family_name": "Kestrel", "standing": "ALLEGED"}
    person = reports.add_nominal(
        report=report, kind=LinkKind.PERSON, fields=fields, by=cast.police, key=new_key()
    ).person
    assert person is not None
    client.force_login(cast.police)
    url = f"/intelligence/reports/{report.reference}/people/{person.pk}/"
    assert url in client.get(f"/intelligence/reports/{report.reference}/").content.decode()
    said = {
        "standing": "CHARGED", "standing_since_day": "3", "standing_since_month": "4", "standing_since_year": "2026",
        "reason": "",
    }  # fmt: skip
    page = client.post(url, said).content.decode()
    assert "Say what it rests on" in page
    assert '<option value="CHARGED" selected>' in page
    assert client.post(url, said | {"reason": "Charged at Oldbury"}).status_code == 302
    person.refresh_from_db()
    assert (person.standing, str(person.standing_since)) == ("CHARGED", "2026-04-03")
    assert (
        "charged since 3 Apr 2026"
        in client.get(f"/intelligence/reports/{report.reference}/").content.decode()
    )
    event = AuditEvent.objects.get(action=Action.STANDING_CHANGED)
    assert (event.actor, event.object_id, event.detail) == (cast.police, person.pk, {})
    other = make_report(cast)
    assert client.get(f"/intelligence/reports/{other.reference}/people/{person.pk}/").status_code == 404
