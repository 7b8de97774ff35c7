"""A subject of concern: found, known by facts with their sources, reviewed, a child first, merged and taken apart."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from cases.concerns.models import Concern
from cases.record.models.case import Case
from cases.sharing.services import exclusions
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.keys import new_key
from intelligence.desk import services as desk
from intelligence.desk.models import IntelligenceReport, Link
from intelligence.profiles import selectors, services
from intelligence.profiles.models import Fact
from intelligence.profiles.services import NewFact
from intelligence.sentences.services import share
from intelligence.subjects.models import MUST_SAY, Handling, Subject, SubjectKind
from intelligence.subjects.selectors import subjects_named
from intelligence.subjects.services import MayBeAChild, add_subject
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories.cases import make_case, make_child, share_with
from tests.factories.connections import connect, make_shared_case
from tests.factories.documents import jpeg_with_a_place
from tests.factories.intelligence import link_new, make_report

pytestmark = pytest.mark.django_db
K = SubjectKind


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    made = make_case(shared_cast)
    share_with(made, shared_cast.agency("police"), by=shared_cast.practitioner)
    return made


@pytest.fixture(scope="module")
def report(shared_cast: Cast, case: Case) -> IntelligenceReport:
    return make_report(shared_cast, case=case)


@pytest.fixture(scope="module")
def kez(shared_cast: Cast, report: IntelligenceReport) -> Subject:
    return link_new(shared_cast, report, K.PERSON, name="Rowan Kestrel", other_names="Kez")


@pytest.fixture(scope="module")
def secret(shared_cast: Cast) -> IntelligenceReport:
    """A report that named readers alone may read."""
    return make_report(shared_cast, handling=Handling.C)


@pytest.fixture
def known(cast: Cast, kez: Subject) -> Subject:
    return services.answer_who(
        subject=kez, answers={each: {"why": "NOT_ASKED"} for each in MUST_SAY}, by=cast.police
    )


@pytest.fixture
def owen(cast: Cast) -> Client:
    return signed_in(cast, "police")


def add(cast: Cast, kind: SubjectKind, **fields: object) -> Subject:
    return add_subject(kind=kind, fields=fields, by=cast.police, key=new_key())


def page_of(client: Client, subject: Subject) -> str:
    return client.get(f"/intelligence/subjects/{subject.reference}/").content.decode()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("kez", {"Rowan Kestrel"}), ("kestrel", {"Rowan Kestrel"}), ("BX19", {"Grey Audi A3, BX19 …K"}),
        ("BX19 ABK", {"Grey Audi A3, BX19 …K"}), ("BX19 ABC", set()), ("+44 7700 900417", {"07700 900417"}),
        ("(07700) 900-417", {"07700 900417"}), ("b708aa", {"The flat"}), ("canal", {"The flat"}), ("nobody", set()),
    ],
)  # fmt: skip
def test_a_search_finds_by_nickname_part_number_and_address(
    cast: Cast, kez: Subject, said: str, found: set[str]
) -> None:
    looks = {"make_and_model": "Audi A3", "colour": "Grey"}
    add(cast, K.VEHICLE, identifier="BX19 …K", details=looks)
    add(cast, K.PHONE, identifier="07700 900417")
    add(cast, K.PLACE, name="The flat", address="2 Canal Row", identifier="B70 8AA")
    assert {each.name for each in subjects_named(cast.police, said)} == found


def test_a_phone_in_three_notations_is_one_phone(cast: Cast) -> None:
    notations = ("07700 900417", "+44 7700 900417", "0044 (7700) 900 417")
    assert len({add(cast, K.PHONE, identifier=each).pk for each in notations}) == 1


def test_only_who_reads_a_report_finds_its_subjects(cast: Cast, kez: Subject) -> None:
    seen = {
        name: (
            client.get(f"/intelligence/subjects/{kez.reference}/").status_code,
            kez.name in client.get("/intelligence/subjects/").content.decode(),
        )
        for name in ("police", "practitioner", "manager", "outsider", "health", "board", "administrator")
        for client in [signed_in(cast, name)]
    }
    readers = {"police", "practitioner", "manager"}
    assert seen == {name: (200, True) if name in readers else (404, False) for name in seen}


def test_the_page_of_an_excluded_person_is_not_there(cast: Cast, case: Case, kez: Subject) -> None:
    exclusions.exclude(case=case, user=cast.manager, reason="Knows the family", by=cast.privacy)
    assert signed_in(cast, "manager").get(f"/intelligence/subjects/{kez.reference}/").status_code == 404


def test_a_reader_sees_no_fact_of_a_report_they_may_not_read(
    cast: Cast, kez: Subject, report: IntelligenceReport, secret: IntelligenceReport
) -> None:
    desk.link_subject(report=secret, subject=kez, by=cast.police)
    for text, source, grade in (("Uses a van", report, "2BP"), ("Sleeps at the mill", secret, "2BC")):
        services.add_fact(
            subject=kez, fact=NewFact(text, grade, source), by=cast.police, key=new_key()
        )  # fmt: skip
    for text, grade in (("Seen at the rank", "1AP"), ("Owes money", "2DC")):
        fact = NewFact(text, grade, source="licensing visit")
        services.add_fact(subject=kez, fact=fact, by=cast.police, key=new_key())
    assert Fact.objects.visible_to(cast.police).count() == 4
    seen = {"Uses a van", "Seen at the rank"}
    assert set(Fact.objects.visible_to(cast.manager).values_list("text", flat=True)) == seen
    with acting_for(cast.manager):
        assert set(Fact.objects.values_list("text", flat=True)) == seen
    page = page_of(signed_in(cast, "manager"), kez)
    assert secret.reference not in page
    assert "Sleeps at the mill" not in page
    desk.withdraw(report=report, reason="Wrong man", by=cast.police)
    assert not Fact.objects.visible_to(cast.manager).exists()


def test_a_line_becomes_a_fact_and_is_confirmed_by_one_press_each(
    cast: Cast, kez: Subject, owen: Client
) -> None:
    known = selectors.profile(cast.police, kez, [])
    (line,) = known.candidates
    act = f"/intelligence/subjects/{kez.reference}/act/"
    for _ in range(2):
        owen.post(act, {"act": f"line:{line.pk}"})
    fact = Fact.objects.get()
    assert (fact.text, fact.grade, fact.report) == (line.text, "2BP", line.report)
    long_ago = timezone.localdate() - dt.timedelta(days=200)
    Fact.objects.update(first_on=long_ago, confirmed_on=long_ago)
    assert "proposed for removal" in page_of(owen, kez)
    owen.post(act, {"act": f"confirm:{fact.pk}"})
    assert "proposed for removal" not in page_of(owen, kez)
    owen.post(act, {"act": f"remove:{fact.pk}"})
    assert Fact.objects.visible_to(cast.manager).count() == 0
    assert selectors.profile(cast.police, kez, []).candidates == []
    assert {Action.FACT_ADDED, Action.FACT_CONFIRMED, Action.FACT_REMOVED} <= set(
        AuditEvent.objects.values_list("action", flat=True)
    )


def test_a_fact_is_never_taken_from_a_report_about_another(
    cast: Cast, kez: Subject, secret: IntelligenceReport
) -> None:
    with pytest.raises(NotVisible):
        services.add_fact(subject=kez, fact=NewFact("x", "2BP", secret), by=cast.police, key=new_key())


def test_a_review_keeps_its_history(cast: Cast, known: Subject) -> None:
    kez, today, key = known, timezone.localdate(), new_key()
    given = {"standing": "CHARGED", "standing_since": today, "reason": "Charged at Oldbury"}
    for _ in range(2):
        services.review_standing(
            subject=kez, **given, review_on=today + dt.timedelta(days=90), by=cast.police, key=key
        )  # fmt: skip
    kez.refresh_from_db()
    assert (kez.standing, kez.standing_source, kez.reviews.count()) == ("CHARGED", "Charged at Oldbury", 1)
    page = page_of(signed_in(cast, "manager"), kez)
    assert "Charged" in page
    with pytest.raises(NotAllowedNow, match="after today"):
        services.review_standing(subject=kez, **given, review_on=today, by=cast.police, key=new_key())
    with pytest.raises(NotPermitted):
        services.review_standing(subject=kez, **given, review_on=today, by=cast.manager, key=new_key())


def test_each_line_of_who_this_is_has_a_value_or_a_reason(cast: Cast, kez: Subject, owen: Client) -> None:
    url = f"/intelligence/subjects/{kez.reference}/who/"
    assert "Ethnicity and nationality need an answer" in page_of(owen, kez)
    assert "First, say who this is" in page_of(owen, kez)
    today = timezone.localdate()
    with pytest.raises(NotAllowedNow, match="First say ethnicity and nationality"):
        services.review_standing(
            subject=kez, standing="SUSPECTED", standing_since=today, reason="Named twice",
            review_on=today + dt.timedelta(days=9), by=cast.police, key=new_key(),
        )  # fmt: skip
    answers = {
        "ethnicity_seen_why": "NOT_SEEN", "ethnicity_own_why": "REFUSED", "nationality": "British",
        "position_of_trust": "None found", "home_address_why": "NO_REAL_NAME",
    }  # fmt: skip
    refused = owen.post(url, answers).content.decode()
    assert "Managed by police or probation: answer, or say why it is not known" in refused
    both = {**answers, "nationality_why": "NOT_ASKED", "offender_management": "Probation, M. Osei"}
    assert "it is known, so leave the reason out" in owen.post(url, both).content.decode()
    assert owen.post(url, {**answers, "offender_management": "Probation, M. Osei"}).status_code == 302
    page = page_of(owen, kez)
    for words in (
        "Probation, M. Osei",
        "Not known: no real name",
        "Asked, and not answered",
        "Review the standing",
    ):
        assert words in page


@pytest.mark.parametrize("how", ["birth date", "age"])
def test_under_18_is_a_child_first_and_never_called_suspected(
    cast: Cast, kez: Subject, owen: Client, how: str
) -> None:
    Subject.objects.filter(pk=kez.pk).update(standing="SUSPECTED")
    url = f"/intelligence/subjects/{kez.reference}/edit/"
    manager = signed_in(cast, "manager")
    assert "Suspected" in page_of(manager, kez)
    today = timezone.localdate()
    born = {"date_of_birth_day": "1", "date_of_birth_month": "1", "date_of_birth_year": str(today.year - 17)}
    said = born if how == "birth date" else {"age": "17"}
    assert owen.post(url, {"name": kez.name, **said}).status_code == 302
    page = page_of(manager, kez)
    assert "A child first" in page
    assert "Suspected" not in page
    kez.refresh_from_db()
    assert kez.is_child
    if how == "age":
        kez.details["age_on"] = today.replace(year=today.year - 2, day=1).isoformat()
        assert (kez.age, kez.is_child) == (19, False)


def test_a_link_to_a_child_never_makes_the_child_a_person_of_concern(
    cast: Cast, case: Case, kez: Subject
) -> None:
    before = set(Subject.objects.all())
    desk.link_case(report=kez.links.get().report, reference=case.reference, by=cast.police)
    assert set(Subject.objects.all()) == before
    assert not subjects_named(cast.police, case.child.family_name).exists()


def test_a_tie_says_how_when_and_who_says_so_to_those_who_hold_both_ends(
    cast: Cast, case: Case, report: IntelligenceReport, kez: Subject
) -> None:
    car = link_new(cast, report, K.VEHICLE, name="Grey Audi", identifier="BX19 ABK")
    connect(cast, kez, car, role="Driver", source="", report=report.reference)
    friend = make_shared_case(cast, "Rosalind")
    connect(cast, friend, kez, role="Collected")
    for person in ("police", "manager"):
        page = page_of(signed_in(cast, person), kez)
        for words in ("Driver, ", "Rosalind", "Collected, ", "child’s record"):
            assert words in page
    exclusions.exclude(case=friend, user=cast.manager, reason="Knows the family", by=cast.privacy)
    page = page_of(signed_in(cast, "manager"), kez)
    assert "Driver, " in page
    for words in ("Rosalind", "Collected"):
        assert words not in page


def test_no_interview_stands_beside_the_number_of_a_report(cast: Cast, kez: Subject) -> None:
    connect(cast, make_shared_case(cast, "Rosalind"), kez, role="Collected", source="INTERVIEW")
    page = page_of(signed_in(cast, "manager"), kez)
    assert "Collected, " in page
    assert "interview" not in page.lower()


def test_adding_somebody_with_a_childs_name_and_birth_date_asks_first(cast: Cast, owen: Client) -> None:
    born = timezone.localdate().replace(year=timezone.localdate().year - 18, month=1, day=1)
    case = make_case(cast, child=make_child(date_of_birth=born))
    share_with(case, cast.agency("police"), by=cast.practitioner)
    named = f"{case.child.given_name} {case.child.family_name}"
    fields = {"name": named.upper(), "date_of_birth": born}
    with pytest.raises(MayBeAChild, match=case.reference):
        add(cast, K.PERSON, **fields)
    day = {"date_of_birth_day": "1", "date_of_birth_month": "1", "date_of_birth_year": str(born.year)}
    asked = owen.post("/intelligence/subjects/new/person/", {"name": named, **day})
    assert case.reference in asked.content.decode()
    assert not Subject.objects.filter(name=named).exists()
    owen.post("/intelligence/subjects/new/person/", {"name": named, **day, "another": "on"})
    assert Subject.objects.filter(name=named).count() == 1


def test_a_vehicle_with_two_letters_missing_is_added_by_hand(cast: Cast, owen: Client) -> None:
    said = {"identifier": "BX19 …K", "make_and_model": "Audi A3", "colour": "Grey"}
    answer = owen.post("/intelligence/subjects/new/vehicle/", said, follow=True).content.decode()
    assert "Grey Audi A3, BX19 …K" in answer
    refused = owen.post("/intelligence/subjects/new/vehicle/", {"description": "A car"}).content.decode()
    assert "Say what is known of it" in refused
    assert signed_in(cast, "manager").get("/intelligence/subjects/new/vehicle/").status_code == 403


def test_two_records_are_merged_and_taken_apart(cast: Cast, case: Case, kez: Subject) -> None:
    second = make_report(cast, case=case)
    other = link_new(cast, second, K.PERSON, name="Kezza")
    services.add_fact(subject=other, fact=NewFact("Has a van", "2BP", second), by=cast.police, key=new_key())
    done = services.merge(kept=kez, merged=other, reason="The same number", by=cast.police)
    kez.refresh_from_db()
    assert set(Link.objects.filter(subject=kez).values_list("report", flat=True)) == {
        second.pk, kez.links.exclude(report=second).get().report_id,
    }  # fmt: skip
    assert [each.text for each in selectors.profile(cast.police, kez, []).facts] == ["Has a van"]
    for client in (signed_in(cast, "police"), signed_in(cast, "manager")):
        assert "1 record you may see" in client.get("/intelligence/subjects/").content.decode()
    moved = signed_in(cast, "police").get(f"/intelligence/subjects/{other.reference}/")
    assert moved.url.endswith(f"/{kez.reference}/")
    assert [each.pk for each in subjects_named(cast.police, "kezza")] == [kez.pk]
    with pytest.raises(NotAllowedNow, match="was merged"):
        services.merge(kept=other, merged=kez, reason="Again", by=cast.police)
    services.unmerge(done=done, by=cast.police)
    other.refresh_from_db()
    kez.refresh_from_db()
    assert (other.merged_into, kez.other_names, other.facts.count(), other.links.count()) == (
        None,
        "Kez",
        1,
        1,
    )
    assert {Action.SUBJECTS_MERGED, Action.SUBJECTS_UNMERGED} <= set(
        AuditEvent.objects.filter(object_id=kez.pk).values_list("action", flat=True)
    )


def test_a_report_that_names_both_keeps_both_links(cast: Cast, kez: Subject) -> None:
    report = kez.links.get().report
    other = link_new(cast, report, K.PERSON, name="Kezza")
    done = services.merge(kept=kez, merged=other, reason="The same", by=cast.police)
    assert (kez.links.count(), other.links.count()) == (1, 1)
    assert done.moved["intelligence.Link.subject"] == []


def test_no_record_is_merged_with_itself_or_with_another_kind(cast: Cast, kez: Subject, owen: Client) -> None:
    url = f"/intelligence/subjects/{kez.reference}/merge/"
    place = add(cast, K.PLACE, name="The flat")
    for reference, why in (
        (kez.reference, "This is the same record"), (place.reference, "two records of one kind"),
        ("POC-2001-00000", "There is no record with this reference"),
    ):  # fmt: skip
        answer = owen.post(url, {"reference": reference.lower(), "reason": "The same"})
        assert why in answer.content.decode()


def test_the_childs_own_record_or_a_concern_is_offered_and_no_guilt_is_said(
    cast: Cast, known: Subject, owen: Client
) -> None:
    today = timezone.localdate()
    housing = cast.agency("housing")
    sentence = share(
        subject=known,
        agency=housing,
        text="A man may use the cafe.",
        until=today,
        by=cast.police,
        key=new_key(),
    )
    services.review_standing(
        subject=known, standing="CHARGED", standing_since=today, reason="Charged at Oldbury",
        review_on=today + dt.timedelta(days=9), by=cast.police, key=new_key(),
    )  # fmt: skip
    born = today.replace(year=today.year - 17, month=1, day=1)
    services.change_subject(subject=known, fields={"date_of_birth": born}, by=cast.police)
    page = page_of(owen, known)
    for guilt in ("Charged", "Share until this date", "Ask for an order", "Review the standing", "Offender"):
        assert guilt not in page.split("<main", 1)[1], guilt
    sentence.refresh_from_db()
    assert sentence.ended_by == cast.police, "no agency reads a sentence about a child"
    url = f"/intelligence/subjects/{known.reference}/"
    for _ in range(2):
        assert "/concerns/CON-" in owen.post(f"{url}act/", {"act": "concern"}).url
    draft = Concern.objects.get(author=cast.police)
    assert (draft.given_name, draft.family_name, draft.date_of_birth) == ("Rowan", "Kestrel", born)
    assert (draft.is_draft, draft.worry) == (True, ""), "nothing that intelligence says"
    review = owen.get(f"{url}review/").content.decode()
    assert "still need to name this child" in review
    assert "Under investigation" not in review
    case = make_case(cast, child=make_child(given_name="Rowan", family_name="Kestrel", date_of_birth=born))
    share_with(case, cast.agency("police"), by=cast.practitioner)
    for words in (case.reference, "Strategy discussion", "Book a meeting for a plan"):
        assert words in page_of(owen, known)


@pytest.mark.parametrize("how", ["birth date", "age"])
def test_adding_a_child_says_what_changes_and_loses_nothing(cast: Cast, owen: Client, how: str) -> None:
    year = timezone.localdate().year - 16
    born = {"date_of_birth_day": "1", "date_of_birth_month": "1", "date_of_birth_year": str(year)}
    said = {
        "name": "Kit Marlow",
        "description": "Red coat",
        **(born if how == "birth date" else {"age": "16"}),
    }
    asked = owen.post("/intelligence/subjects/new/person/", said).content.decode()
    for words in ("A child first", "What changes", "Kit Marlow", "Red coat"):
        assert words in asked
    assert not Subject.objects.filter(name="Kit Marlow").exists()
    page = owen.post("/intelligence/subjects/new/person/", {**said, "child_first": "on"}, follow=True)
    assert Subject.objects.get(name="Kit Marlow").is_child
    assert "A child, named in intelligence" in page.content.decode()
    assert "Log a concern about this child" in page.content.decode()


def test_an_adult_added_by_age_is_asked_who_they_are(cast: Cast, owen: Client) -> None:
    made = owen.post("/intelligence/subjects/new/person/", {"name": "Kit Marlow", "age": "30"})
    subject = Subject.objects.get(name="Kit Marlow")
    assert made.url.endswith(f"/{subject.reference}/who/")
    assert (subject.age, subject.is_child) == (30, False)
    owen.post(f"/intelligence/subjects/{subject.reference}/edit/", {"name": "Kit Marlow"})
    subject.refresh_from_db()
    assert subject.age is None, "what was wrong can be taken out"


def test_today_of_the_unit_counts_what_is_due_and_leads_to_it(cast: Cast, kez: Subject, owen: Client) -> None:
    today = timezone.localdate()
    place = add(cast, K.PLACE, name="The flat")
    fact = services.add_fact(
        subject=kez, fact=NewFact("Has a van", "2BP", source="a visit"), by=cast.police, key=new_key()
    )
    assert "to review" not in owen.get("/").content.decode()
    Subject.objects.filter(pk=place.pk).update(review_on=today - dt.timedelta(days=1))
    long_ago = today - dt.timedelta(days=200)
    Fact.objects.filter(pk=fact.pk).update(first_on=long_ago, confirmed_on=long_ago)
    home = owen.get("/").content.decode()
    for words, show, named in (
        ("subject of concern to review", "review", place), ("fact to confirm or remove", "confirm", kez),
    ):  # fmt: skip
        assert words in home
        shown = owen.get("/intelligence/subjects/", {"show": show}).content.decode()
        assert "1 record you may see" in shown
        assert named.name in shown
    assert "proposed for removal" in page_of(owen, place)
    assert "to review" not in signed_in(cast, "manager").get("/").content.decode()


def test_a_photograph_is_drawn_anew_and_shown_to_who_reads_the_subject(
    cast: Cast, kez: Subject, owen: Client
) -> None:
    url = f"/intelligence/subjects/{kez.reference}/"
    assert owen.get(f"{url}photo/").status_code == 404
    taken = SimpleUploadedFile("face.jpg", jpeg_with_a_place())
    pdf = SimpleUploadedFile("face.jpg", b"%PDF-1.7 not a picture")
    assert "is something else" in owen.post(f"{url}edit/", {"name": kez.name, "photo": pdf}).content.decode()
    assert owen.post(f"{url}edit/", {"name": kez.name, "photo": taken}).status_code == 302
    shown = owen.get(f"{url}photo/")
    picture = Image.open(io.BytesIO(shown.content))
    assert (shown["Content-Type"], dict(picture.getexif())) == ("image/jpeg", {})
    assert max(picture.size) <= 480
    assert f'src="{url}photo/"' in page_of(signed_in(cast, "manager"), kez)
    seen = {
        name: signed_in(cast, name).get(f"{url}photo/").status_code
        for name in ("manager", "outsider", "board")
    }
    assert seen == {"manager": 200, "outsider": 404, "board": 404}
    sentence = share(
        subject=kez, agency=cast.agency("health"), text="A man may use the cafe.", until=timezone.localdate(),
        by=cast.police, key=new_key(),
    )  # fmt: skip
    told = signed_in(cast, "health").get(f"/intelligence/shared/{sentence.pk}/").content.decode()
    assert "photo" not in told
    kez.refresh_from_db()
    first = kez.photo
    assert owen.post(f"{url}edit/", {"name": kez.name, "without_photo": "on"}).status_code == 302
    kez.refresh_from_db()
    assert (kez.photo, owen.get(f"{url}photo/").status_code) == ("", 404)
    assert first
