"""Showing a child their record: the clock, what begins left out, who decides, who reads, and what leaves."""

import datetime as dt
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db.models import TextField
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from cases.chronology import services as chronology
from cases.chronology.models import EntryKind
from cases.concerns import services as concerns
from cases.concerns.choices import ConcernOutcome
from cases.concerns.models import Concern
from cases.family.models import HealthNote, HealthTopic
from cases.record.models.case import Case
from cases.record.models.child import Child
from cases.sharing.services import access
from cases.triage import services as triage
from cse_portal.access.records import disclosed_as, paths_to
from cse_portal.accounts.models import Agency, User
from cse_portal.errors import NotAllowedNow, NotPermitted, NotVisible
from cse_portal.files.store import digest
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import run_job
from cse_portal.keys import new_key
from reporting.subject_access import services
from reporting.subject_access.choices import Delivery, Ground, Inclusion, Requester, SubjectAccessState
from reporting.subject_access.models import Disclosure, DisclosureItem, SubjectAccessRequest
from reporting.subject_access.selectors import disclosable, items_of, register, requests
from reporting.subject_access.services import NotBeingPrepared, due_on
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.factories import subject_access as made
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.concerns import answers, opening, verdict
from tests.factories.intelligence import RAW, SANITISED, SECRET, make_report
from tests.factories.meetings import end_meeting, make_meeting

WORRY = "Robyn says that Rowan Kestrel drives her to the arcade. Rowan Kestrel is 24."
DAY = dt.date


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Path) -> None:
    """A files folder of the test's own."""
    default = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


@pytest.fixture
def reader(cast: Cast) -> User:
    """Another of the CSE team."""
    return made.second_reader(cast)


@pytest.fixture(scope="module")
def case(shared_cast: Cast) -> Case:
    """Robyn's, opened from a concern that names an adult."""
    said = answers(worry=WORRY, address="4 Elm Walk")
    concern = concerns.log(answers=said, by=shared_cast.outsider, key=new_key())
    decided = verdict(ConcernOutcome.OPEN_CASE, opening=opening(shared_cast))
    triage.decide(concern=concern, verdict=decided, by=shared_cast.manager)
    return Case.objects.select_related("child").get(concerns=Concern.objects.get(pk=concern.pk))


def police_work_on(cast: Cast, case: Case) -> None:
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.manager,
    )  # fmt: skip


def entry(case: Case, text: str, by: User) -> None:
    chronology.add_entry(case=case, kind=EntryKind.EVENT, happened_on=timezone.localdate(), text=text, by=by)


def put_in(item: DisclosureItem, by: User) -> DisclosureItem:
    return services.decide(item=item, decision=Inclusion.IN, by=by)


def left_out(item: DisclosureItem, by: User, ground: Ground = Ground.THIRD_PARTY) -> DisclosureItem:
    return services.decide(item=item, decision=Inclusion.OUT, ground=ground, by=by)


@pytest.mark.parametrize(
    ("received", "months", "due"),
    [
        (DAY(2026, 9, 3), 1, DAY(2026, 10, 5)),  # 3 October is a Saturday
        (DAY(2026, 1, 31), 1, DAY(2026, 3, 2)),  # the last day of February is a Saturday
        (DAY(2028, 1, 31), 1, DAY(2028, 2, 29)),
        (DAY(2026, 11, 25), 1, DAY(2026, 12, 29)),  # Christmas, a weekend and its bank holiday
        (DAY(2026, 9, 3), 3, DAY(2026, 12, 3)),
    ],
)
def test_the_clock_counts_calendar_months(received: DAY, months: int, due: DAY) -> None:
    assert due_on(received, months) == due


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"asked_by": Requester.PARENT, "child_view": "She does not mind."}, ""),
        ({"asked_by": Requester.AUTHORISED, "authority": "A letter"}, ""),
        ({}, "open request already"),
    ],
)
def test_who_may_ask(cast: Cast, case: Case, fields: dict[str, Any], says: str) -> None:
    made.received(case, cast.manager)
    if says:
        with pytest.raises(NotAllowedNow, match=says):
            made.received(case, cast.manager, **fields)
    else:
        assert made.received(case, cast.manager, **fields).due_on > timezone.localdate()


def test_nobody_asks_for_an_adult_without_their_authority(cast: Cast, case: Case) -> None:
    Child.objects.filter(pk=case.child_id).update(
        date_of_birth=timezone.localdate() - dt.timedelta(days=7000)
    )
    case.child.refresh_from_db()
    with pytest.raises(NotAllowedNow, match="Who asks"):
        made.received(case, cast.manager, asked_by=Requester.PARENT, child_view="She does not mind.")


def test_two_months_more_are_told_within_the_first(cast: Cast, case: Case) -> None:
    today = timezone.localdate()
    request = made.received(case, cast.manager, received_on=today - dt.timedelta(days=50))
    with pytest.raises(NotAllowedNow, match="within a month"):
        services.extend(request=request, reason="Long", told_on=today, by=cast.manager)
    told = today - dt.timedelta(days=40)
    longer = services.extend(request=request, reason="Long", told_on=told, by=cast.manager)
    assert longer.due_on == due_on(request.received_on, 3)
    with pytest.raises(NotAllowedNow, match="already"):
        services.extend(request=request, reason="Longer", told_on=told, by=cast.manager)


def test_every_record_is_printed_or_says_that_it_is_not(cast: Cast) -> None:
    """Each model that hangs on a case: every text that somebody writes in it is printed."""
    elsewhere = {"AgendaItem": {"guidance"}, "Concern": {"unfinished"}, "SealedAddress": {"encrypted"}}
    printed, missing = disclosable(), []
    assert {Child, Case} <= printed.keys()
    for model in paths_to(Case):
        if model not in printed:
            assert getattr(model, "disclosed", True) is False, model
            continue
        texts = {each.name for each in model._meta.concrete_fields if isinstance(each, TextField)}
        agencies = [each.name for each in model._meta.concrete_fields if each.related_model is Agency]
        row = model(
            **{name: f"canary {name}" for name in texts}, **dict.fromkeys(agencies, cast.agency("csc"))
        )
        if model.__name__ in {"SealedAddress"}:  # its words are another row's
            continue
        said = "\n".join(words for _, words in disclosed_as(row))
        wanted = texts - elsewhere.get(model.__name__, set())
        missing += [f"{model._meta.label}.{name}" for name in wanted if f"canary {name}" not in said]
    assert missing == []


def test_what_begins_left_out(cast: Cast, case: Case) -> None:
    """By its ground: what the police told, health detail, what is for professionals only. The rest is in."""
    police_work_on(cast, case)
    entry(case, "PC Reyes took her home.", cast.police)
    entry(case, "She likes her new school.", cast.practitioner)
    make_report(cast, case=case)
    HealthNote.objects.create(
        case=case, topic=HealthTopic.SEXUAL, happened_on=timezone.localdate(), text="Seen at the clinic.",
        recorded_by=cast.practitioner, agency=cast.agency("csc"),
    )  # fmt: skip
    end_meeting(cast, case)
    request = made.assembled(case, cast.manager)
    grounds = {
        "PC Reyes took her home.": Ground.POLICE, "The police hold information": Ground.POLICE,
        "Seen at the clinic.": Ground.HEALTH, "She likes her new school.": "", "Robyn says": "",
        "Date of birth": "",
    }  # fmt: skip
    assert {words: made.item_with(request, words).ground for words in grounds} == grounds
    restricted = request.items.filter(source="mase.AgendaItem", ground=Ground.RESTRICTED)
    assert all(each.decision == Inclusion.OUT for each in restricted)
    everything = "\n".join(request.items.values_list("original", flat=True))
    assert not any(raw in everything for raw in (RAW, SECRET, SANITISED))
    assert "mase.Meeting" in set(request.items.values_list("part", flat=True))
    with pytest.raises(NotAllowedNow, match="already"):
        services.assemble(request=request, by=cast.manager)


@pytest.mark.parametrize(("asked_by", "hidden"), [(Requester.CHILD, False), (Requester.PARENT, True)])
def test_where_the_child_lives_is_taken_out_for_anybody_else(
    cast: Cast, case: Case, asked_by: Requester, hidden: bool
) -> None:
    Child.objects.filter(pk=case.child_id).update(address="4 Elm Walk")
    case.refresh_from_db()
    request = made.assembled(case, cast.manager, asked_by=asked_by, child_view="She does not mind.")
    shown = [each for each in request.items.all() if "4 elm walk" in each.text.lower()]
    assert bool(shown) is not hidden


def test_an_item_is_read_by_people_who_may_read_its_record(cast: Cast, case: Case) -> None:
    """Nobody reads health detail here who does not read it on the case; and nobody signs what they may not read."""
    HealthNote.objects.create(
        case=case, topic=HealthTopic.GENERAL, happened_on=timezone.localdate(), text="Seen at the clinic.",
        recorded_by=cast.practitioner, agency=cast.agency("csc"),
    )  # fmt: skip
    request = made.assembled(case, cast.manager)
    item = made.item_with(request, "Seen at the clinic.")
    page = reverse("reporting:subject-access-item", args=[request.reference, item.pk])
    client = signed_in(cast, "manager")
    assert client.get(page).status_code == 404
    DisclosureItem.objects.filter(pk=item.pk).update(decision=Inclusion.IN, ground="")
    with pytest.raises(NotAllowedNow, match="Part of what leaves is kept from you"):
        services.send(request=request, by=cast.manager)


def test_police_items_stay_out_until_the_police_agree(cast: Cast, case: Case) -> None:
    police_work_on(cast, case)
    entry(case, "PC Reyes took her home.", cast.police)
    request = made.assembled(case, cast.manager)
    item = made.item_with(request, "PC Reyes")
    assert request in requests(cast.police)
    with pytest.raises(NotAllowedNow, match="Decision: the police must release this first"):
        put_in(item, cast.manager)
    with pytest.raises(NotPermitted):
        services.release(item=item, by=cast.manager)
    page = reverse("reporting:subject-access-release", args=[request.reference])
    client = signed_in(cast, "police")
    assert "PC Reyes took her home." in client.get(page).content.decode()
    assert "It may be shown" in client.post(page, {"item": item.pk}, follow=True).content.decode()
    item = made.item_with(request, "PC Reyes")
    assert item.decision == Inclusion.OUT, "a release alone puts nothing in"
    assert put_in(item, cast.manager).decision == Inclusion.IN


def test_what_a_preparer_decides(cast: Cast, case: Case) -> None:
    request = made.assembled(case, cast.manager)
    item = made.item_with(request, "Robyn says")
    with pytest.raises(NotAllowedNow, match="Ground"):
        services.decide(item=item, decision=Inclusion.OUT, by=cast.manager)
    services.withhold(request=request, words=["rowan kestrel"], by=cast.manager)
    item = made.item_with(request, "Robyn says")
    assert "Kestrel" not in item.text
    assert "Kestrel" in item.original
    services.withhold(request=request, words=[], by=cast.manager)
    assert made.item_with(request, "Robyn says").text == item.original
    assert left_out(item, cast.manager).ground == Ground.THIRD_PARTY


def test_a_second_reader_signs_the_whole(cast: Cast, case: Case, reader: User) -> None:
    request = made.assembled(case, cast.manager)
    left_out(made.item_with(request, "Robyn says"), cast.manager)
    with pytest.raises(NotAllowedNow, match="not with a second reader now"):
        services.sign(request=request, by=reader)
    services.send(request=request, by=cast.manager)
    with pytest.raises(NotBeingPrepared):
        left_out(made.item_with(request, "Date of birth"), cast.manager)
    with pytest.raises(
        NotAllowedNow, match="You prepared part of this, so somebody else must be the second reader"
    ):
        services.sign(request=request, by=cast.manager)
    assert services.send_back(request=request, by=reader).state == SubjectAccessState.PREPARING
    left_out(made.item_with(request, "Date of birth"), reader)
    services.send(request=request, by=cast.manager)
    # they have decided about an item since
    with pytest.raises(
        NotAllowedNow, match="You prepared part of this, so somebody else must be the second reader"
    ):
        services.sign(request=request, by=reader)
    third = made.second_reader(cast, email="third@example.org")
    with pytest.raises(NotAllowedNow, match="This request is not ready for this step"):
        services.disclose(request=request, delivery=Delivery.POST, by=cast.manager)
    assert services.sign(request=request, by=third).state == SubjectAccessState.READY
    with pytest.raises(NotAllowedNow, match="You are the second reader of this"):
        services.disclose(request=request, delivery=Delivery.POST, by=third)


def test_what_leaves_and_what_the_register_says(cast: Cast, case: Case, reader: User, tmp_path: Path) -> None:
    police_work_on(cast, case)
    entry(case, "PC Reyes took her home.", cast.police)
    entry(case, "Her aunt is ill.", cast.practitioner)
    make_meeting(cast, case)
    request = made.assembled(case, cast.manager)
    left_out(made.item_with(request, "Her aunt is ill."), cast.manager)
    services.withhold(request=request, words=["Rowan Kestrel"], by=cast.manager)
    services.send(request=request, by=cast.manager)
    services.sign(request=request, by=reader)
    disclosure = services.disclose(request=request, delivery=Delivery.MEETING, by=cast.manager)
    assert services.disclose(request=request, delivery=Delivery.POST, by=cast.manager) == disclosure
    with pytest.raises(NotAllowedNow, match="There is no file yet"):
        services.download(request=request, by=cast.manager)
    run_job(job_id=Job.objects.get(kind=services.JOB, key=disclosure.pk.hex).pk)

    pdf = services.download(request=request, by=cast.manager)
    words = words_in(pdf, tmp_path)
    assert "drives her to the arcade" in words
    assert "This is left out (1)" in words
    for gone in ("Kestrel", "aunt is ill", "PC Reyes", "Duty Officer"):
        assert gone not in words
    line = register(cast.privacy).get()
    assert (line.sha256, line.delivery, line.asked_by) == (digest(pdf), Delivery.MEETING, Requester.CHILD)
    assert line.pages > 1
    assert line.left_out[Ground.THIRD_PARTY.label] == 1
    shown = signed_in(cast, "privacy").get(reverse("reporting:disclosures")).content.decode()
    assert request.reference in shown
    assert "Robyn" not in shown
    with pytest.raises(NotAllowedNow, match="This request has been answered or closed"):
        put_in(made.item_with(request, "Her aunt"), cast.manager)


@pytest.mark.parametrize(
    ("person", "list_", "one", "register_"),
    [
        ("manager", 200, 200, 403), ("practitioner", 403, 404, 403), ("outsider", 403, 404, 403),
        ("police", 200, 404, 403), ("privacy", 403, 404, 200),
    ],
)  # fmt: skip
def test_who_sees_that_somebody_asked(
    cast: Cast, case: Case, person: str, list_: int, one: int, register_: int
) -> None:
    request = made.assembled(case, cast.manager)
    client = signed_in(cast, person)
    pages = [
        reverse("reporting:subject-access-requests"),
        reverse("reporting:subject-access-request", args=[request.reference]),
        reverse("reporting:disclosures"),
    ]
    assert [client.get(page).status_code for page in pages] == [list_, one, register_]


@pytest.mark.parametrize(
    "verb",
    [
        lambda request, by: services.send(request=request, by=by),
        lambda request, by: services.withhold(request=request, words=["Robyn"], by=by),
        lambda request, by: services.sign(request=request, by=by),
        lambda request, by: services.close(request=request, reason="No", by=by),
        lambda request, by: services.disclose(request=request, delivery=Delivery.POST, by=by),
    ],
)
def test_nobody_else_takes_it_further(
    cast: Cast, case: Case, verb: Callable[[SubjectAccessRequest, User], object]
) -> None:
    request = made.assembled(case, cast.manager)
    for person in (cast.practitioner, cast.outsider, cast.privacy):
        with pytest.raises((NotPermitted, NotVisible)):
            verb(request, person)


def test_other_childrens_records_are_not_in_it(cast: Cast, case: Case) -> None:
    other = make_case(cast)
    entry(other, "About another child.", cast.practitioner)
    request = made.assembled(case, cast.manager)
    assert not request.items.filter(original__contains="About another child.").exists()
    assert items_of(request, cast.manager)
    assert not Disclosure.objects.exists()


def words_in(pdf: bytes, tmp_path: Path) -> str:
    path = tmp_path / "copy.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout
    return " ".join(text.decode().split())
