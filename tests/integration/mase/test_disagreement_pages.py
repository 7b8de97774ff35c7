"""The pages of disagreements and of turning 18, as each of the cast meets them."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.choices import RiskCategory
from cases.models import Case
from cases.services import access, exclusions
from cse_portal.keys import new_key
from mase.choices import DisagreementState
from mase.models import Disagreement, TransitionEntry
from mase.services import decision
from tests.cast import Cast
from tests.factories.cases import make_case, make_child
from tests.factories.disagreements import raised, resolved, run_out
from tests.factories.meetings import start_meeting

MOST_QUERIES = 30


@pytest.fixture
def case(cast: Cast) -> Case:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    start_meeting(cast, case, agencies=[cast.agency("csc")], people=[cast.health])
    return case


@pytest.fixture
def row(cast: Cast, case: Case) -> Disagreement:
    return raised(cast, case)


def as_(client: Client, person: object) -> Client:
    client.force_login(person)  # type: ignore[arg-type]
    return client


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def posted(**given: str) -> dict[str, str]:
    return {"form_token": str(new_key()), **given}


def test_the_nurse_raises_one_from_the_case_and_posting_twice_makes_one(
    client: Client, cast: Cast, case: Case
) -> None:
    path = f"/cases/{case.reference}/disagreements/new/"
    nurse = as_(client, cast.health)
    data = posted(
        against=str(cast.agency("csc").pk),
        issue="ACTION",
        about="Nobody goes with her.",
        unsafe="no",
        safety="x",
    )
    for _ in range(2):
        answer = nurse.post(path, data)
        assert answer.status_code == 302
    made = Disagreement.objects.get()
    assert answer["Location"] == f"/disagreements/{made.pk}/"
    assert (made.issue, made.immediate_safety) == ("ACTION", False)
    assert "Health disagrees with" in text(nurse, answer["Location"])


def test_an_empty_form_says_beside_each_field_what_is_missing(client: Client, cast: Cast, case: Case) -> None:
    answer = as_(client, cast.health).post(
        f"/cases/{case.reference}/disagreements/new/", posted(unsafe="yes")
    )
    page = answer.content.decode()
    for words in (
        "Choose the agency you disagree with",
        "Choose what the disagreement is about",
        "Write what the danger is",
    ):
        assert words in page
    assert not Disagreement.objects.exists()


def test_each_is_offered_what_they_may_do(client: Client, cast: Cast, row: Disagreement) -> None:
    path = f"/disagreements/{row.pk}/"
    raiser = text(as_(client, cast.health), path)
    assert "Withdraw it" in raiser
    assert "Record how it was resolved" in raiser
    other = text(as_(client, cast.practitioner), path)
    assert "call heads of service" in other
    assert "Record how it was resolved" not in other
    chair = text(as_(client, cast.manager), path)
    assert "Record how it was resolved" in chair
    assert "Withdraw it" not in chair


def test_it_is_answered_taken_further_and_resolved_on_its_pages(
    client: Client, cast: Cast, row: Disagreement
) -> None:
    path = f"/disagreements/{row.pk}/"
    worker = as_(client, cast.practitioner)
    assert worker.post(f"{path}answer/", posted(text="Tomorrow at nine.")).status_code == 302
    nurse = as_(client, cast.health)
    further = posted(stage="1", reason="Nobody came.")
    assert nurse.post(f"{path}further/", further).status_code == 302
    assert "changed since you opened the page" in nurse.post(f"{path}further/", further).content.decode()
    told = posted(outcome_code="THIRD_WAY", outcome="A joint visit.", learning="Say who goes.")
    assert nurse.post(f"{path}outcome/", told).status_code == 302
    page = text(nurse, path)
    for words in ("Tomorrow at nine.", "Nobody came.", "Both agreed on something else", "Say who goes."):
        assert words in page
    assert "What you can do" not in page
    row.refresh_from_db()
    assert (row.state, row.stage) == (DisagreementState.RESOLVED, 2)


def test_where_nobody_of_the_other_agency_is_told_the_page_says_to_ring_them_and_not_why(
    client: Client, cast: Cast, case: Case
) -> None:
    """Hannah of health reads the same of schools, who were never given the case, as of the police, who are shut out."""
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis="6_1_E", by=cast.practitioner
    )
    exclusions.exclude(case=case, agency=cast.agency("police"), reason="An officer's family", by=cast.privacy)
    said = {}
    for code in ("education", "police"):
        deaf = raised(cast, case, against=cast.agency(code))
        page = text(as_(client, cast.health), f"/disagreements/{deaf.pk}/")
        said[code] = warning_in(page).replace(cast.agency(code).short_name, "them")
    assert "Nobody there is told of it here. Ring them" in said["education"]
    assert said["education"] == said["police"]
    for word in ("see", "shut", "exclude"):
        assert word not in said["police"]
    assert warning_in(text(as_(client, cast.health), f"/disagreements/{raised(cast, case).pk}/")) == ""


def warning_in(page: str) -> str:
    """What the page warns of, without its tags."""
    found = re.search(r'moj-alert--warning.*?moj-alert__content">(.*?)</div>', page, re.DOTALL)
    return " ".join(re.sub("<[^>]+>", " ", found[1]).split()) if found else ""


def test_lists_count_what_they_show_and_strangers_find_nothing(
    client: Client, cast: Cast, case: Case, row: Disagreement
) -> None:
    run_out(row)
    resolved(raised(cast, case), cast.health)
    manager = as_(client, cast.manager)
    assert "1 disagreement open" in text(manager, "/disagreements/")
    assert "1 disagreement out of time" in text(manager, "/disagreements/?show=overdue")
    assert "1 disagreement resolved or withdrawn" in text(manager, "/disagreements/?show=ended")
    assert "1 open disagreement between agencies" in text(manager, f"/cases/{case.reference}/meetings/")
    assert "Agree thresholds in writing." in text(manager, "/disagreements/learning/")
    assert "0 disagreements open" in text(as_(client, cast.outsider), "/disagreements/")
    assert client.get(f"/disagreements/{row.pk}/").status_code == 404
    assert client.get(f"/cases/{case.reference}/disagreements/").status_code == 404


def test_a_dissent_of_the_meeting_leads_its_own_agency_on(client: Client, cast: Cast, case: Case) -> None:
    meeting = case.meetings.get()
    decision.record_dissent(
        meeting=meeting, key=new_key(), agency=cast.agency("health"), reason="Too low.", by=cast.manager
    )
    link = f"/cases/{case.reference}/disagreements/new/?meeting={meeting.pk}&amp;issue=CATEGORY"
    assert link in text(as_(client, cast.health), f"/meetings/{meeting.pk}/")
    form = text(client, f"/cases/{case.reference}/disagreements/new/?meeting={meeting.pk}&issue=CATEGORY")
    assert f'<option value="{meeting.pk}" selected' in form
    assert link not in text(as_(client, cast.practitioner), f"/meetings/{meeting.pk}/")


def test_a_list_of_many_asks_no_more_than_a_list_of_one(client: Client, cast: Cast, case: Case) -> None:
    manager = as_(client, cast.manager)
    raised(cast, case)
    text(manager, "/disagreements/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        text(manager, "/disagreements/")
    for _ in range(4):
        raised(cast, case)
    with CaptureQueriesContext(connection) as many:
        text(manager, "/disagreements/")
    assert len(many) == len(one) <= MOST_QUERIES


def test_turning_18_is_recorded_part_by_part(client: Client, cast: Cast) -> None:
    born = timezone.localdate() - dt.timedelta(days=round(17.2 * 365.25))
    case = make_case(cast, child=make_child(date_of_birth=born))
    worker = as_(client, cast.practitioner)
    path = f"/cases/{case.reference}/turning-18/"
    assert path in text(worker, f"/cases/{case.reference}/meetings/")
    page = text(worker, path)
    assert "overdue" in page
    assert "Nothing yet" in page
    today = timezone.localdate()
    referral = posted(
        happened_on_day=str(today.day), happened_on_month=str(today.month), happened_on_year=str(today.year),
        text="To the adult safeguarding team.",
    )  # fmt: skip
    assert worker.post(f"{path}referral/", referral).status_code == 302
    assert worker.post(f"{path}consent/", posted(code="AGREES", text="To all of it.")).status_code == 302
    assert "Choose one" in worker.post(f"{path}outcome/", posted(text="x")).content.decode()
    page = text(worker, path)
    for words in ("To the adult safeguarding team.", "They agree", "Priya Raman"):
        assert words in page
    assert TransitionEntry.objects.count() == 2
    assert worker.get(f"{path}nonsense/").status_code == 404
    assert as_(client, cast.outsider).get(path).status_code == 404


def test_of_a_younger_child_the_meetings_page_does_not_speak_of_18(client: Client, cast: Cast) -> None:
    case = make_case(cast)
    assert "turning-18" not in text(as_(client, cast.manager), f"/cases/{case.reference}/meetings/")
