"""A case's overview, writing down who the child is, and changing who leads."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.casework.forms import identity_initial
from cases.casework.services import KNOWN_NUMBER, CannotLead, assign_lead, record_picture
from cases.chronology.models import EntryKind
from cases.record.choices import RiskCategory
from cases.record.models.case import Case
from cases.record.models.child import ChildAlias
from cases.sharing.services import access, exclusions
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible, StaleEdit
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import ending
from mase.plans.services.safety_map import score
from tests.cast import Cast
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child, share_with
from tests.factories.family import make_member
from tests.factories.meetings import start_meeting, write_all
from tests.factories.missing import went_missing


def scaled(cast: Cast, case: Case, *numbers: int) -> None:
    """A meeting at which people placed the child's safety, held and ended."""
    meeting = write_all(cast, start_meeting(cast, case), category=RiskCategory.MEDIUM)
    for seat, n in zip(meeting.invitations.all(), numbers, strict=False):
        score(danger=meeting.dangers.get(), seat=seat, value=n, by=cast.manager)
    page = client_of(cast, "practitioner").get(f"/cases/{case.reference}/").content.decode()
    assert f"from {min(numbers)} to" not in page, (
        "what is said at a meeting that goes on is not in the record"
    )
    ending.end(meeting=Meeting.objects.get(pk=meeting.pk), by=cast.manager)


def test_the_first_screen_has_the_first_and_the_newest_scaling_of_safety(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    browser = client_of(cast, "practitioner")
    assert "No number yet" in browser.get(f"/cases/{case.reference}/").content.decode()
    scaled(cast, case, 1, 5)
    page = browser.get(f"/cases/{case.reference}/").content.decode()
    assert "2 people, " in page
    assert "from 1 to 5, 1 in the middle" in page


def client_of(cast: Cast, key: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, key))
    return client


def posted(case: Case, **changes: Any) -> dict[str, Any]:
    """The edit page as a browser posts it."""
    known = identity_initial(case)
    born = known.pop("date_of_birth")
    data = {name: value for name, value in known.items() if value not in (None, False)}
    names = [alias.name for alias in case.child.aliases.all()]
    rows = {f"aliases-{index}-name": name for index, name in enumerate(names)}
    day = {"date_of_birth_day": born.day, "date_of_birth_month": born.month, "date_of_birth_year": born.year}
    return {**data, **day, **rows, "aliases-TOTAL_FORMS": len(names), "aliases-INITIAL_FORMS": 0, **changes}


def test_the_overview_says_who_the_child_is_and_what_happens_next(cast: Cast) -> None:
    case = make_case(cast, child=make_child(given_name="Amara", ethnicity="WBRI", legal_status="LAC"))
    ChildAlias.objects.create(child=case.child, name="Mara")
    page = client_of(cast, "practitioner").get(f"/cases/{case.reference}/").content.decode()
    for words in (
        "Amara",
        "Mara",
        "White British",
        "Looked after",
        "Review by the lead professional",
        "Edit details",
    ):
        assert words in page
    assert (
        AuditEvent.objects.filter(action=Action.CASE_VIEWED, actor=cast.practitioner, case_id=case.pk).count()
        == 1
    )


def test_who_may_only_see_the_case_is_offered_nothing_to_change(cast: Cast) -> None:
    case = make_case(cast)
    access.share(
        case=case, to=cast.health, reason="School nurse", lawful_basis=LAWFUL_BASIS, by=cast.practitioner
    )
    client = client_of(cast, "health")
    page = client.get(f"/cases/{case.reference}/").content.decode()
    assert "Edit details" not in page
    assert "Change who leads" not in page
    for path in ("edit", "lead", "assessments/new"):
        assert client.get(f"/cases/{case.reference}/{path}/").status_code == 403


@pytest.mark.parametrize("key", ["outsider", "analyst", "board", "privacy", "administrator"])
def test_for_everyone_else_there_is_no_such_case(cast: Cast, key: str) -> None:
    case = make_case(cast)
    client = client_of(cast, key)
    for path in ("", "edit/", "lead/", "assessments/", "assessments/new/"):
        answer = client.get(f"/cases/{case.reference}/{path}")
        unknown = client.get(f"/cases/CSE-2026-no-such/{path}")
        assert (answer.status_code, len(answer.content)) == (404, len(unknown.content))


def test_the_overview_asks_little_of_the_database(cast: Cast) -> None:
    case = make_case(cast)
    client = client_of(cast, "manager")
    client.get(f"/cases/{case.reference}/")
    with CaptureQueriesContext(connection) as asked:
        client.get(f"/cases/{case.reference}/")
    reading = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    # Hand-offs, prompts after an absence, the next step and what is known ask one each.
    assert len(reading) <= 23


def test_the_lead_writes_the_current_picture_in_sixty_words_and_earlier_ones_are_kept(cast: Cast) -> None:
    case = make_case(cast)
    lead, address = client_of(cast, "practitioner"), f"/cases/{case.reference}/picture/"
    long = " ".join(["word"] * 61)
    assert "You have written 61." in lead.post(address, {"text": long}).content.decode()
    for text in ("She is frightened of a man she calls K.", "She has told her aunt about K."):
        assert lead.post(address, {"text": text}).status_code == 302
    page = lead.get(f"/cases/{case.reference}/").content.decode()
    assert "She has told her aunt about K." in page
    assert "frightened of a man" not in page
    assert "frightened of a man" in lead.get(address).content.decode()
    share_with(case, cast.police, by=cast.practitioner)
    assert client_of(cast, "police").get(address).status_code == 403
    with pytest.raises(NotPermitted):
        record_picture(case=case, text="Mine", by=cast.police)


def test_people_to_call_have_a_number_and_whom_not_to_contact_has_none(cast: Cast) -> None:
    case = make_case(cast)
    make_member(cast, case, name="Asha Testley", phone="07700 900214")
    make_member(
        cast, case, name="Mark Testley", relation="FATHER", phone="07700 900666", contact_safe="no",
        contact_reason="She is afraid of him",
    )  # fmt: skip
    page = client_of(cast, "practitioner").get(f"/cases/{case.reference}/").content.decode()
    assert 'href="tel:07700900214"' in page
    assert "Mark Testley" in page
    assert "Do not contact" in page
    assert "900666" not in page


def test_the_first_screen_has_the_next_steps_with_their_buttons(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    episode = went_missing(cast, case, days=2)
    address = f"/cases/{case.reference}/"
    interview = f"{address}missing/{episode.pk}/interview/"
    page = client_of(cast, "practitioner").get(address).content.decode()
    assert interview in page
    assert "Missing for 5 hours" in page
    share_with(case, cast.health, by=cast.practitioner)
    read = client_of(cast, "health").get(address).content.decode()
    assert "Return home interview" in read
    assert (interview in read) == ("Add a note" in read)


def test_details_and_other_names_are_saved(cast: Cast) -> None:
    case = make_case(cast)
    ChildAlias.objects.create(child=case.child, name="Old")
    data = posted(case, school="Fictional Academy", nhs_number="999 000 0018", postcode="b709ld",
                  exploitation_models=["M6"], **{"aliases-TOTAL_FORMS": 2, "aliases-1-name": "New"})  # fmt: skip
    answer = client_of(cast, "practitioner").post(f"/cases/{case.reference}/edit/", data)
    assert answer.status_code == 302
    case = Case.objects.get(pk=case.pk)
    child = case.child
    assert (child.school, child.nhs_number, child.postcode) == ("Fictional Academy", "9990000018", "B70 9LD")
    assert (case.exploitation_models, child.version) == (["M6"], 2)
    assert {alias.name for alias in child.aliases.all()} == {"Old", "New"}
    detail = AuditEvent.objects.get(action=Action.CASE_CHANGED).detail
    assert set(detail["fields"]) == {"school", "nhs_number", "postcode", "aliases", "exploitation_models"}


def test_of_two_who_write_at_once_the_second_is_shown_both_texts_and_loses_none(cast: Cast) -> None:
    case = make_case(cast)
    mine = posted(case, school="Written by the practitioner")
    theirs = posted(case, school="Saved by the manager")
    assert client_of(cast, "manager").post(f"/cases/{case.reference}/edit/", theirs).status_code == 302
    client = client_of(cast, "practitioner")
    page = client.post(f"/cases/{case.reference}/edit/", mine).content.decode()
    assert "Saved by the manager" in page
    assert page.count("Written by the practitioner") == 2
    case.child.refresh_from_db()
    assert case.child.school == "Saved by the manager"
    assert f'name="version" value="{case.child.version}"' in page
    again = client.post(f"/cases/{case.reference}/edit/", {**mine, "version": case.child.version})
    assert again.status_code == 302
    case.child.refresh_from_db()
    assert case.child.school == "Written by the practitioner"


def test_a_number_of_another_child_one_may_see_is_refused_without_telling_whose(cast: Cast) -> None:
    other = make_case(cast, child=make_child(given_name="Hidden", nhs_number="9990000018"))
    case = make_case(cast)
    page = client_of(cast, "practitioner").post(
        f"/cases/{case.reference}/edit/", posted(case, nhs_number="9990000018")
    ).content.decode()  # fmt: skip
    assert KNOWN_NUMBER in page
    assert "Hidden" not in page
    assert other.reference not in page


@pytest.mark.parametrize(
    "changes",
    [
        {"date_of_birth_day": "31", "date_of_birth_month": "2"}, {"date_of_birth_year": "2999"}, {"school": "a\x00b"},
        {"school": "x" * 1_000_000}, {"nhs_number": "123"}, {"postcode": "nowhere"}, {"ward": "E0"},
        {"version": "x" * 50}, {"version": "99999999999999999999"}, {"aliases-TOTAL_FORMS": "9" * 30},
    ],
)  # fmt: skip
def test_nonsense_is_answered_in_words(cast: Cast, changes: dict[str, str]) -> None:
    case = make_case(cast)
    answer = client_of(cast, "practitioner").post(f"/cases/{case.reference}/edit/", posted(case, **changes))
    assert answer.status_code in (200, 302)


def test_the_grants_follow_the_lead(cast: Cast) -> None:
    case = make_case(cast)
    assign_lead(case=case, version=1, agency=cast.agency("health"), professional=cast.health,
                reason="Health knows her best", lawful_basis=LAWFUL_BASIS, by=cast.manager)  # fmt: skip
    case.refresh_from_db()
    assert (case.lead_agency, case.lead_professional) == (cast.agency("health"), cast.health)
    assert not case.user_grants.filter(user=cast.practitioner).exists()
    assert Case.objects.visible_to(cast.practitioner).exists(), (
        "their agency keeps its access until it is stopped"
    )
    assert Case.objects.visible_to(cast.health).exists()
    assert case.chronology.filter(kind=EntryKind.CASE, text__contains=cast.health.full_name).exists()
    assert AuditEvent.objects.filter(action=Action.LEAD_ASSIGNED, case_id=case.pk).exists()
    access.stop_sharing(case=case, frm=cast.agency("csc"), reason="Handed over", by=cast.health)
    assert not Case.objects.visible_to(cast.practitioner).exists()


def test_a_lead_is_somebody_who_works_there_and_may_open_the_record(cast: Cast) -> None:
    case = make_case(cast)
    given = {"case": case, "reason": "Handover", "lawful_basis": LAWFUL_BASIS, "by": cast.manager}
    with pytest.raises(CannotLead):
        assign_lead(version=1, agency=cast.agency("csc"), professional=cast.health, **given)
    with pytest.raises(StaleEdit):
        assign_lead(version=7, agency=cast.agency("health"), professional=cast.health, **given)
    exclusions.exclude(case=case, reason="Family", by=cast.privacy, user=cast.health)
    with pytest.raises(CannotLead):
        assign_lead(version=1, agency=cast.agency("health"), professional=cast.health, **given)


def test_only_the_lead_agency_and_the_manager_change_the_lead(cast: Cast) -> None:
    case = make_case(cast)
    given: dict[str, Any] = {
        "case": case, "version": 1, "agency": cast.agency("police"), "professional": cast.police,
        "reason": "Handover", "lawful_basis": LAWFUL_BASIS,
    }  # fmt: skip
    with pytest.raises(NotVisible):
        assign_lead(by=cast.police, **given)
    access.share(case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS,
                 may_change=True, by=cast.practitioner)  # fmt: skip
    with pytest.raises(NotPermitted):
        assign_lead(by=cast.police, **given)


def test_the_page_hands_a_case_over(cast: Cast) -> None:
    case = make_case(cast)
    data = {"version": "1", "lead": str(cast.health.memberships.get().pk), "reason": "She asked for her nurse",
            "lawful_basis": "6_1_E"}  # fmt: skip
    answer = client_of(cast, "practitioner").post(f"/cases/{case.reference}/lead/", data)
    assert answer.status_code == 302
    case.refresh_from_db()
    assert case.lead_professional == cast.health
    assert client_of(cast, "manager").post(f"/cases/{case.reference}/lead/", data).status_code == 302
    data["lead"] = str(cast.practitioner.memberships.get().pk)
    stale = client_of(cast, "manager").post(f"/cases/{case.reference}/lead/", data).content.decode()
    assert StaleEdit.message in stale
