"""Showing a record to whom it is about: the clock, what begins left out, who decides, who reads, what leaves."""

import datetime as dt
import re
import subprocess
import zlib
from contextlib import suppress
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, ProgrammingError, connection, models, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from cases.choices import (
    Competence,
    ConcernOutcome,
    ConcernStep,
    EmergencyKind,
    EntryKind,
    Ground,
    InterviewStep,
    ItemKind,
    NameChoice,
    ReaderVerdict,
    Requester,
    Section,
)
from cases.errors import (
    AdultAsksThemselves,
    AlreadyAsked,
    AnotherAgreed,
    AnotherReads,
    AssembledAlready,
    ChildsViewNeeded,
    ExtendedAlready,
    KeptFromYou,
    NotAllRead,
    NotBeingPrepared,
    NotReadyToDisclose,
    NotReadyToRead,
    OwnBundle,
    ReleaseNeeded,
    ToldTooLate,
    WordsNotThere,
)
from cases.models import (
    AssessmentAnswer,
    Case,
    CaseGroupObjectPermission,
    Concern,
    ConcernIndicator,
    Disclosure,
    HealthNote,
    HealthSummary,
    OtherName,
    Redaction,
    RiskAssessment,
    SubjectAccessItem,
    SubjectAccessPassage,
    SubjectAccessRequest,
)
from cases.selectors.concerns import StepAnswers
from cases.selectors.emergency import Sought
from cases.selectors.subject_access import (
    disclosure_with_copy,
    items_of,
    register,
    waiting_for,
)
from cases.services import access, chronology, concerns, emergency, exclusions, missing, sections, triage
from cases.services import subject_access as services
from cases.services.subject_access.marking import Decided
from cases.services.subject_access.receiving import due_on
from cse_portal.access import row_security
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from cse_portal.files import FileUnavailable
from cse_portal.jobs.models import Job, Notification
from cse_portal.jobs.services import run_job
from cse_portal.keys import new_key
from intelligence.choices import LinkKind
from intelligence.models import PersonOfConcern
from intelligence.services import reports
from mase.choices import PlanP, TransitionPart
from mase.models import (
    ActionUpdate,
    AgencyInformation,
    Assent,
    BrokenOff,
    ChairPassed,
    ClockPause,
    CmogItem,
    CmogMinutes,
    CmogMinutesObjection,
    CmogWording,
    DangerStatement,
    Decision,
    Disagreement,
    Dissent,
    Invitation,
    LateReason,
    MapEntry,
    MinutesAddendum,
    MinutesObjection,
    MinutesWording,
    PlanAction,
    RestrictedInformation,
    SafetyGoal,
    ScaleScore,
    StepDownPoint,
)
from mase.selectors.suggestions import suggestions
from mase.services import (
    actions,
    cmog_items,
    cmog_minutes,
    disagreements,
    ending,
    minutes,
    plan,
    transition,
)
from mase.services.breaking_off import break_off
from mase.services.chairing import pass_chair
from mase.services.reports import Report, save_and_send
from mase.services.sections import Edit
from reporting.presenters.subject_access.coverage import FIELDS_NOT_PRINTED, IN_THE_BUNDLE, NOT_IN_THE_BUNDLE
from reporting.presenters.subject_access.letter import document
from reporting.presenters.subject_access.repeats import repeats
from reporting.selectors.subject_access import disclosure_facts
from tests.access.places import build
from tests.access.test_addresses import signed_in
from tests.access.test_row_security import acting_for
from tests.cast import Cast
from tests.factories import subject_access as made
from tests.factories.actions import issued
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.cmog import agreed_minutes as agreed_cmog
from tests.factories.cmog import corrected, end_cmog, start_cmog
from tests.factories.cmog import objected as cmog_objected
from tests.factories.concerns import answers, opening, verdict
from tests.factories.documents import make_document
from tests.factories.intelligence import RAW, SANITISED, SECRET, make_report
from tests.factories.meetings import end_meeting, make_meeting, second_manager, start_meeting
from tests.signing_in import proved_long_ago

WORRY = "Robyn says that Rowan Kestrel drives her to the arcade. Rowan's car is silver."


@pytest.fixture(autouse=True)
def own_files(settings: Settings, tmp_path: Path) -> Path:
    """A files folder of the test's own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}},
    }
    return tmp_path


@pytest.fixture
def reader(cast: Cast) -> User:
    """Another of the CSE team."""
    return made.second_reader(cast)


@pytest.fixture
def case(cast: Cast) -> Case:
    """Robyn's, opened from a concern that names an adult and what her mother said."""
    said = answers(
        worry=WORRY,
        parent_view="Her mother wants her home by nine.",
        address="4 Elm Walk",
        child_view="I want to stay in my school.",
    )
    said[ConcernStep.MENTIONS] = StepAnswers(
        mentions=[{"kind": "person", "name": "Rowan Kestrel", "details": "Drives a silver car"}]
    )
    concern = concerns.log(answers=said, by=cast.outsider, key=new_key())
    decided = verdict(ConcernOutcome.OPEN_CASE, opening=opening(cast))
    triage.decide(concern=concern, verdict=decided, by=cast.manager)
    found = Concern.objects.get(pk=concern.pk).case
    assert found is not None
    return Case.objects.select_related("child").get(pk=found.pk)


def texts(request: SubjectAccessRequest, **filters: Any) -> list[str]:
    rows = SubjectAccessPassage.objects.filter(item__request=request, **filters)
    return list(rows.values_list("text", flat=True))


# ------------------------------------------------------------------------------------------ asking, and by when


@pytest.mark.parametrize(
    ("received_on", "months", "due"),
    [
        (dt.date(2026, 3, 3), 1, dt.date(2026, 4, 7)),  # 3 April is Good Friday, 6 April Easter Monday
        (dt.date(2026, 1, 31), 1, dt.date(2026, 3, 2)),  # 28 February is a Saturday
        (dt.date(2026, 9, 3), 1, dt.date(2026, 10, 5)),
        (dt.date(2026, 9, 3), 3, dt.date(2026, 12, 3)),
        (dt.date(2026, 11, 30), 3, dt.date(2027, 3, 1)),
    ],
)
def test_the_day_is_a_calendar_month_later_or_the_next_working_day(
    received_on: dt.date, months: int, due: dt.date
) -> None:
    assert due_on(received_on, months) == due


def test_a_complex_request_gets_two_further_months_once_when_told_within_the_first(
    cast: Cast, case: Case
) -> None:
    request = made.received(case, cast.manager)
    late = request.due_on + dt.timedelta(days=1)
    with pytest.raises(ToldTooLate):
        services.extend(request=request, reason="Three boxes of paper", told_on=late, by=cast.manager)
    extended = services.extend(
        request=request, reason="Three boxes of paper", told_on=timezone.localdate(), by=cast.manager
    )
    assert extended.due_on == due_on(request.received_on, 3)
    with pytest.raises(ExtendedAlready):
        services.extend(request=request, reason="More", told_on=timezone.localdate(), by=cast.manager)


def test_a_parent_does_not_pass_over_a_child_who_understands(cast: Cast, case: Case) -> None:
    parent = {"asked_by": Requester.PARENT, "requester_name": "Dawn Testley"}
    with pytest.raises(ChildsViewNeeded):
        services.receive(case=case, asked=made.asked(**parent), by=cast.manager)
    with pytest.raises(AdultAsksThemselves):
        services.receive(case=case, asked=made.asked(**parent, competence=Competence.ADULT), by=cast.manager)
    agreed = made.asked(**parent, child_view="She is fine with her mother reading it.")
    services.receive(case=case, asked=agreed, by=cast.manager)
    with pytest.raises(AlreadyAsked):
        services.receive(case=case, asked=agreed, by=cast.manager)


def test_the_same_page_sent_twice_is_one_request(cast: Cast, case: Case) -> None:
    key = new_key()
    first = services.receive(case=case, asked=made.asked(), by=cast.manager, key=key)
    assert services.receive(case=case, asked=made.asked(), by=cast.manager, key=key) == first


def test_only_the_cse_team_prepares_and_a_stranger_finds_nothing(cast: Cast, case: Case) -> None:
    with pytest.raises(NotPermitted):
        services.receive(case=case, asked=made.asked(), by=cast.practitioner)
    with pytest.raises(NotVisible):
        services.receive(case=case, asked=made.asked(), by=cast.outsider)


# ------------------------------------------------------------------------------------------ what it is about


def test_what_is_about_others_begins_left_out_and_the_childs_own_words_do_not(cast: Cast, case: Case) -> None:
    request = made.assembled(case, cast.manager)
    held = dict(
        SubjectAccessPassage.objects.filter(item__request=request)
        .exclude(held="")
        .values_list("text", "held")
    )
    assert held["Her mother wants her home by nine."] == Ground.THIRD_PARTY
    assert held["Rowan Kestrel\nDrives a silver car"] == Ground.THIRD_PARTY
    assert {WORRY, "4 Elm Walk", "I want to stay in my school."} <= set(texts(request, held=""))


def test_where_the_child_lives_begins_left_out_for_anybody_else(cast: Cast, case: Case) -> None:
    request = made.assembled(
        case, cast.manager, asked_by=Requester.PARENT, requester_name="Dawn Testley", child_view="Yes"
    )
    assert made.passage_with(request, "4 Elm Walk").held == Ground.ADDRESS


def test_a_confidential_address_begins_left_out_whoever_asks(cast: Cast, case: Case) -> None:
    access.restrict(
        case=case, reason_code="ADDRESS_CONFIDENTIAL", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
    )
    case.refresh_from_db()
    assert made.passage_with(made.assembled(case, cast.manager), "4 Elm Walk").held == Ground.ADDRESS


def test_of_the_police_nothing_is_shown_before_they_release_it(cast: Cast, case: Case) -> None:
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.manager,
    )  # fmt: skip
    make_report(cast, case=case)
    request = made.assembled(case, cast.manager)
    everything = "\n".join(texts(request))
    assert not any(raw in everything for raw in (RAW, SECRET, SANITISED))
    item = made.item_of_kind(request, ItemKind.INTELLIGENCE)
    passage = item.passages.get()
    passage.item = item
    with pytest.raises(ReleaseNeeded):
        services.include(passage=passage, by=cast.manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        SubjectAccessPassage.objects.filter(pk=passage.pk).update(held="")
    services.include_item(item=item, by=cast.manager)
    assert item.passages.get().held == Ground.POLICE
    with pytest.raises(NotPermitted):
        services.release(item=item, by=cast.manager)

    services.release(item=item, by=cast.police)
    passage = item.passages.get()
    passage.item = item
    assert passage.held == Ground.POLICE, "a release alone puts nothing in"
    services.include(passage=passage, by=cast.manager)
    assert item.passages.get().held == ""
    assert Notification.objects.filter(
        user=cast.manager, text__startswith="The police have released"
    ).exists()


def test_what_is_answered_meanwhile_the_police_release_no_more_and_are_told(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.manager,
    )  # fmt: skip
    make_report(cast, case=case)
    request = made.assembled(case, cast.manager)
    item = made.item_of_kind(request, ItemKind.INTELLIGENCE)
    services.close(request=request, reason="She asked for nothing more", by=cast.manager)
    page = reverse("reporting:subject-access-release", args=[request.reference])
    answer = signed_in(cast, "police").post(page, {"item": item.pk}, follow=True)
    assert answer.status_code == 200
    assert "It may be shown" not in answer.content.decode()
    assert not item.passages.exclude(released_at=None).exists()


def test_the_chronology_does_not_tell_what_waits_for_the_police(cast: Cast, case: Case) -> None:
    action = issued(cast, case, text="Ask the lead about special measures.", p=PlanP.PROSECUTE)
    actions.complete(action=action, outcome="The lead was asked.", effect="She knows.", by=cast.manager)
    request = made.assembled(case, cast.manager)
    rows = SubjectAccessPassage.objects.filter(item__request=request, text__contains="special measures")
    assert set(rows.values_list("held", "needs_release")) == {(Ground.POLICE, True)}
    assert rows.filter(source="cases.ChronologyEntry").exists()


def test_what_is_left_out_in_one_place_and_shown_in_another_is_pointed_out(cast: Cast, case: Case) -> None:
    request = made.assembled(case, cast.manager)
    assert repeats(request, items_of(request, cast.manager)) == []
    worry = SubjectAccessPassage.objects.get(item__request=request, label="The worry")
    services.hold(passage=worry, ground=Ground.SERIOUS_HARM, by=cast.manager)
    (again,) = repeats(request, items_of(request, cast.manager))
    assert again.label.startswith("Events of")
    shown = made.passage_with(request, "Concern CON")
    services.hold(passage=shown, ground=Ground.SERIOUS_HARM, by=cast.manager)
    assert repeats(request, items_of(request, cast.manager)) == []


def test_the_restricted_part_of_a_meeting_begins_left_out(cast: Cast, case: Case) -> None:
    meeting = end_meeting(cast, case)
    meeting.agenda.filter(restricted=True).update(notes="The unit watches the arcade on Fridays.")
    meeting.actions.update(restricted=True, text="Look after her friend in class.")
    MapEntry.objects.create(
        meeting=meeting, kind="harm", text="Driven by an uncle.", restricted=True, added_by=cast.manager
    )
    request = made.assembled(case, cast.manager)
    for words in ("The unit watches", "Look after her friend", "Driven by an uncle"):
        assert made.passage_with(request, words).held == Ground.RESTRICTED
    assert made.passage_with(request, "I want him to stop").held == ""


def arcade_watched(cast: Cast, case: Case, **fields: Any) -> CmogItem:
    """An action that is long overdue, as the month's CMOG talked of it, and its minutes went out and were added to."""
    action = issued(cast, case, overdue_by=30)
    PlanAction.objects.filter(pk=action.pk).update(text="Watch the arcade on Fridays.", **fields)
    meeting = start_cmog(cast)
    item = CmogItem.objects.get(meeting=meeting, action=action)
    said = cmog_items.Said("The unit saw Rowan there.", "Go on watching him.")
    cmog_items.save_said(item=item, said=said, edit=Edit(item.version), by=cast.manager)
    end_cmog(cast, meeting)
    words = "The unit saw his car there."
    cmog_minutes.save_wording(item=item, text=words, edit=Edit(0), by=cast.manager)
    cmog_minutes.circulate(meeting=item.meeting, by=cast.manager)
    objection = cmog_objected(item.meeting, item, by=cast.manager, text="The car was red.")
    cmog_minutes.answer(objection=objection, accepted=True, reason="The log says red.", by=cast.manager)
    cmog_minutes.save_wording(item=item, text="His car was there.", edit=Edit(1), by=cast.manager)
    cmog_minutes.circulate(meeting=item.meeting, by=cast.manager)
    agreed_cmog(cast, item.meeting)
    corrected(cast, item.meeting, item, text="It was a Saturday.")
    return item


OF_THE_ARCADE = (
    "Watch the arcade", "Overdue by", "The unit saw Rowan", "Go on watching", "saw his car", "His car was there",
    "The car was red", "The log says red", "It was a Saturday",
)  # fmt: skip


def test_what_a_cmog_said_of_a_restricted_action_is_read_by_who_has_the_restricted_part(
    cast: Cast, case: Case, reader: User
) -> None:
    item = arcade_watched(cast, case, restricted=True)
    request = made.assembled(case, cast.manager)
    taken_from_the_team(case, Section.MINUTES)
    selma = User.objects.get(pk=reader.pk)
    assert reading(selma).get(f"/actions/{item.action_id}/").status_code == 404
    of_item = request.items.get(source_id=item.pk)
    page = reading(selma).get(f"/subject-access/{request.reference}/items/{of_item.pk}/").content.decode()
    for words in OF_THE_ARCADE:
        assert set(sections_of(request, words)) == {Section.MINUTES}, words
        assert words not in page
        with acting_for(selma):
            assert sections_of(request, words) == [], words


def sections_of(request: SubjectAccessRequest, words: str) -> list[str]:
    rows = SubjectAccessPassage.objects.filter(item__request=request, text__contains=words)
    return list(rows.values_list("section", flat=True))


@pytest.mark.parametrize("why", ["the police do it", "it is against those who do harm"])
def test_what_a_cmog_said_of_police_work_waits_for_the_police(cast: Cast, case: Case, why: str) -> None:
    theirs = {"agency": cast.agency("police"), "owner": None} if why.startswith("the") else {"p": "PURSUE"}
    arcade_watched(cast, case, **theirs)
    request = made.assembled(case, cast.manager)
    for words in OF_THE_ARCADE:
        rows = SubjectAccessPassage.objects.filter(item__request=request, text__contains=words)
        for passage in rows.select_related("item__request__case"):
            with pytest.raises(ReleaseNeeded):
                services.include(passage=passage, by=cast.manager)


def test_what_a_cmog_said_of_a_nurses_action_waits_for_nobody(cast: Cast, case: Case) -> None:
    item = arcade_watched(cast, case)
    request = made.assembled(case, cast.manager)
    rows = SubjectAccessPassage.objects.filter(item__request=request, item__source_id=item.pk)
    assert set(rows.values_list("section", "needs_release", "held")) == {("", False, Ground.RESTRICTED)}


def test_a_suggestion_that_became_police_work_waits_for_the_police(cast: Cast, case: Case) -> None:
    """Priya's own agency suggested it; what was agreed of it is the police's to release, in its words there too."""
    watch, bus, apart = "Watch the arcade", "Ride home with her", "Ask the bank"
    meeting = make_meeting(cast, case, agencies=[cast.agency("csc")], people=[cast.police])
    row = meeting.information.get(agency=cast.agency("csc"))
    said = Report(text="Known to us.", suggested=f"- {watch}\n- {bus}\n- {apart}")
    row = save_and_send(information=row, report=said, edit=Edit(row.version), by=cast.practitioner)
    ending.start(meeting=meeting, by=cast.manager)
    for (key, text), p in zip(suggestions(row), ("PURSUE", "PROTECT", "PROTECT"), strict=True):
        what = plan.Agreed(PlanP(p), text, cast.agency("csc"), timezone.localdate())
        plan.add_action(meeting=meeting, key=key, agreed=what, by=cast.manager)
    meeting.actions.filter(text=apart).update(restricted=True)
    request = made.assembled(case, cast.manager)
    rows = SubjectAccessPassage.objects.filter(item__request=request, source="mase.AgencyInformation")
    found = {each.text: (each.needs_release, each.held, each.section) for each in rows}
    assert found[watch] == (True, Ground.POLICE, "")
    assert found[bus] == (False, "", "")
    assert found[apart] == (False, Ground.RESTRICTED, Section.MINUTES)


def test_a_lawyers_advice_begins_left_out(cast: Cast, case: Case) -> None:
    said = "Legal services advised that an application would fail."
    chronology.add_event(
        case=case, kind=EntryKind.CONTACT, happened_on=timezone.localdate(), text=said, by=cast.manager
    )
    assert made.passage_with(made.assembled(case, cast.manager), said).held == Ground.LEGAL


def test_other_peoples_names_are_offered_and_nothing_is_left_out_before_somebody_decides(
    cast: Cast, case: Case
) -> None:
    make_case(cast, child=make_child(given_name="Tamsin", family_name="Oakley"))
    worry = Concern.objects.get(case=case)
    Concern.objects.filter(pk=worry.pk).update(worry=f"{WORRY} Tamsin Oakley was there.")
    request = made.assembled(case, cast.manager)
    assert dict(request.names.values_list("name", "known_from")) == {
        "Rowan Kestrel": "Mentioned in a concern",
        "Tamsin Oakley": "Another child",
    }
    assert set(request.names.values_list("choice", flat=True)) == {""}, (
        "a person decides on each all the same"
    )
    assert words_out(request) == set()


def words_out(request: SubjectAccessRequest) -> set[str]:
    """The words left out of its texts."""
    rows = Redaction.objects.filter(passage__item__request=request).select_related("passage")
    return {row.passage.text[row.starts_at : row.ends_at] for row in rows}


def test_no_name_is_offered_of_a_child_the_preparer_may_not_know_of(cast: Cast, case: Case) -> None:
    hidden = make_case(cast, child=make_child(given_name="Tamsin", family_name="Oakley"))
    exclusions.exclude(case=hidden, user=cast.manager, reason="Her niece", by=cast.privacy)
    Concern.objects.filter(case=case).update(worry=f"{WORRY} Tamsin Oakley was there.")
    request = made.assembled(case, cast.manager)
    assert set(request.names.values_list("name", flat=True)) == {"Rowan Kestrel"}


def reading(user: User) -> Client:
    """The browser of somebody who is not of the cast."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def taken_from_the_team(case: Case, section: Section) -> None:
    """As if this part had come to the team's people by name only."""
    held = CaseGroupObjectPermission.objects.filter(content_object=case, permission__codename=section)
    held.filter(group__agency__kind="cse_team").delete()


@pytest.fixture
def tamsin(cast: Cast) -> Case:
    """Another child, whose case is for named people alone: Maya is one of them, Selma is not."""
    found = make_case(cast, child=make_child(given_name="Tamsin", family_name="Oakley"))
    access.restrict(
        case=found, reason_code="ADDRESS_CONFIDENTIAL", people=[cast.manager], lawful_basis=LAWFUL_BASIS,
        by=cast.manager,
    )  # fmt: skip
    return found


NAMED = re.compile(r'<span class="app-name"[^>]*>([^<]*)</span>')


def line_about_her(client: Client, page: str) -> str:
    """Of the page of an item, the line that says Tamsin's name."""
    lines = unescape(client.get(page).content.decode()).splitlines()
    (found,) = [line for line in lines if "Tamsin Oakley" in line]
    return found


def test_a_name_does_not_tell_another_of_the_team_of_a_child_they_may_not_know_of(
    cast: Cast, case: Case, reader: User, tamsin: Case
) -> None:
    Concern.objects.filter(case=case).update(worry=f"{WORRY} Tamsin Oakley was there.")
    request = made.assembled(case, cast.manager)
    page = f"/subject-access/{request.reference}/names/"
    shown = signed_in(cast, "manager").get(page).content.decode()
    assert "Another child" in shown
    assert "Tamsin Oakley" in shown
    hers = reading(reader)
    shown = hers.get(page).content.decode()
    assert "Rowan Kestrel" in shown
    assert "Another child" not in shown
    assert "Tamsin" not in shown
    looks = AuditEvent.objects.filter(action=Action.SUBJECT_ACCESS_VIEWED, detail__page="names")
    assert {(each.actor, *each.detail.get("cases", ())) for each in looks} == {
        (cast.manager, str(tamsin.pk)), (reader,),
    }, "whom the page names is on record with that child"  # fmt: skip
    item = made.passage_with(request, "Tamsin Oakley").item
    page = f"/subject-access/{request.reference}/items/{item.pk}/"
    text = line_about_her(hers, page)
    assert "<del" not in text
    assert NAMED.findall(text) == ["Rowan Kestrel", "Rowan's"], (
        "hers is as any word to who may not know of her"
    )
    text = line_about_her(signed_in(cast, "manager"), page)
    assert "<del" not in text
    assert NAMED.findall(text) == ["Rowan Kestrel", "Rowan's", "Tamsin Oakley"]
    with acting_for(reader):
        assert not OtherName.objects.filter(name="Tamsin Oakley").exists(), (
            "PostgreSQL does not tell it either"
        )
    made.agreed(made.send(request, cast.manager), reader)


def test_a_fresh_bundle_is_the_same_to_who_may_not_know_whether_or_not_there_is_another_child(
    cast: Cast, case: Case, reader: User
) -> None:
    """Selma looks before anybody has decided: at the request, at its items and at what would leave."""
    Concern.objects.filter(case=case).update(worry=f"{WORRY} Tamsin Oakley was there.")
    before = served(made.assembled(case, cast.manager), reader)
    services.close(request=SubjectAccessRequest.objects.get(), reason="Asked again", by=cast.manager)
    hidden = make_case(cast, child=make_child(given_name="Tamsin", family_name="Oakley"))
    access.restrict(
        case=hidden, reason_code="ADDRESS_CONFIDENTIAL", people=[cast.manager], lawful_basis=LAWFUL_BASIS,
        by=cast.manager,
    )  # fmt: skip
    request = made.assembled(case, cast.manager)
    assert request.names.filter(source="cases.Child").exists()
    assert served(request, reader) == before


def served(request: SubjectAccessRequest, user: User) -> list[Any]:
    """What the pages of a request show this person of its texts."""
    client = reading(user)
    whole = client.get(f"/subject-access/{request.reference}/").context
    items = items_of(request, user)
    pages = [client.get(f"/subject-access/{request.reference}/items/{item.pk}/") for item in items]
    shown = [[(card.label, card.pieces, card.out) for card in page.context["cards"]] for page in pages]
    return [
        shown,
        whole["withheld"],
        whole["repeats"],
        [row.out for each in whole["groups"] for row in each.rows],
    ]


def test_another_childs_name_does_not_leave_where_nobody_who_sees_that_child_decided(
    cast: Cast, case: Case, reader: User, tamsin: Case, tmp_path: Path
) -> None:
    """Maya assembles, Selma decides what she is shown, sends and discloses, a third colleague reads."""
    Concern.objects.filter(case=case).update(
        worry=f"{WORRY} Tamsin Oakley was there, and TAMSIN\noakley's phone rang.",
        parent_view="She does not want Tamsin Oakley at her door.",
    )
    request = made.assembled(case, cast.manager)
    services.include(passage=made.passage_with(request, "at her door"), by=reader)
    made.agreed(made.send_undecided(request, reader), made.second_reader(cast, email="third@example.org"))
    disclosure = made_file(services.disclose(request=request, by=reader))
    assert OtherName.objects.get(request=request, name="Tamsin Oakley").choice == ""
    assert not any("Tamsin" in each for each in words_out(request)), (
        "nobody made these marks, so no page shows them"
    )
    assert_registered_as_shown(disclosure)
    words = words_of(services.download(disclosure=disclosure, by=reader), tmp_path)
    assert "at her door" in words
    assert "phone rang" in words
    assert "tamsin" not in words.lower()
    assert "oakley" not in words.lower()


def assert_registered_as_shown(disclosure: Disclosure) -> None:
    """What the register says is left out is what the file shows to be: places, texts and grounds."""
    with acting_for(disclosure.disclosed_by):
        found = document(disclosure_facts(disclosure.pk))
    said = [each for part in found.parts for item in part.items for each in item.said]
    gaps = [piece.grounds for each in said for piece in each.pieces if piece.grounds]
    assert len(gaps) == sum(each["places"] for each in disclosure.items)
    assert disclosure.withheld[Ground.THIRD_PARTY]["places"] == len(gaps)
    assert {int(each) for gap in gaps for each in gap.split(", ")} <= {each.number for each in found.why}


def test_no_file_is_drawn_that_leaves_out_less_than_was_registered(
    cast: Cast, case: Case, reader: User, tamsin: Case
) -> None:
    """As if the other child's record went in the moment between disclosing and drawing, and the name with it."""
    Concern.objects.filter(case=case).update(worry="Tamsin Oakley was there.")
    request = made.assembled(case, cast.manager)
    with_reader = made.send_undecided(request, reader)
    made.agreed(with_reader, made.second_reader(cast, email="third@example.org"))
    disclosure = services.disclose(request=request, by=reader)
    request.names.filter(source="cases.Child").update(source="")
    with acting_for(reader), pytest.raises(FileUnavailable):
        disclosure_facts(disclosure.pk)


def test_what_the_file_leaves_out_by_itself_adds_no_ground_to_what_is_out(
    cast: Cast, case: Case, reader: User, tamsin: Case
) -> None:
    Concern.objects.filter(case=case).update(worry="Tamsin Oakley was there. Tamsin Oakley left.")
    request = made.assembled(case, cast.manager)
    passage = made.passage_with(request, "Tamsin Oakley")
    services.mark_words(passage=passage, words="Tamsin Oakley was", ground=Ground.POLICE, by=reader)
    made.agreed(made.send_undecided(request, reader), made.second_reader(cast, email="third@example.org"))
    disclosure = services.disclose(request=request, by=reader)
    assert disclosure.withheld[Ground.POLICE]["places"] == 1
    with acting_for(reader):
        parts = document(disclosure_facts(disclosure.pk)).parts
    said = [
        each for part in parts for item in part.items for each in item.said if each.label == passage.label
    ]
    (pieces,) = [each.pieces for each in said if any("there" in piece.text for piece in each.pieces)]
    third, police = sorted({piece.grounds for piece in pieces if piece.grounds})
    assert [piece.text or piece.grounds for piece in pieces] == [police, " there. ", third, " left."]


def test_another_childs_name_is_known_however_it_is_written_and_never_by_its_first_part(
    cast: Cast, case: Case, reader: User, tamsin: Case
) -> None:
    Concern.objects.filter(case=case).update(worry="Tamsin was there.", child_view="Oakley is a village.")
    request = made.assembled(case, cast.manager)
    assert not request.names.filter(known_from="Another child").exists()
    services.close(request=request, reason="Asked again", by=cast.manager)
    Concern.objects.filter(case=case).update(worry="She rings tamsin  oakley.")
    request = made.assembled(case, cast.manager)
    made.agreed(made.send_undecided(request, reader), made.second_reader(cast, email="third@example.org"))
    disclosure = services.disclose(request=request, by=reader)
    assert_registered_as_shown(disclosure)
    with acting_for(reader):
        assert "tamsin" not in str(document(disclosure_facts(disclosure.pk)))


def test_whoever_sees_the_other_child_may_let_the_name_stay_having_proved_who_they_are(
    cast: Cast, case: Case, reader: User, tamsin: Case
) -> None:
    Concern.objects.filter(case=case).update(worry=f"{WORRY} Tamsin Oakley was there.")
    request = made.assembled(case, cast.manager)
    name = request.names.get(name="Tamsin Oakley")
    services.mark_words(
        passage=made.passage_with(request, "Robyn says"),
        words="arcade",
        ground=Ground.POLICE,
        by=cast.manager,
    )
    page = f"/subject-access/{request.reference}/names/"
    typed = {f"{name.pk.hex}-choice": NameChoice.STAYS, f"{name.pk.hex}-reason": "Her sister, who agrees"}
    client = signed_in(cast, "manager")
    proved_long_ago(client, 301)
    assert client.post(page, typed)["Location"].startswith("/accounts/prove/")
    name.refresh_from_db()
    assert name.choice == ""
    for item in request.items.all():
        services.finish_item(item=item, by=cast.manager)
    proved_long_ago(client, 1)
    assert client.post(page, typed)["Location"] == f"/subject-access/{request.reference}/"
    assert words_out(request) == {"arcade"}, "what somebody left out by hand stays out"
    again = {item.pk for item in request.items.filter(prepared_at=None)}
    stands = SubjectAccessPassage.objects.filter(item__request=request, text__contains="Tamsin Oakley")
    assert again == {text.item_id for text in stands}, "what leaves is another now, so it is read again"
    made.agreed(made.send(request, cast.manager), reader)
    disclosure = services.disclose(request=request, by=cast.manager)
    with acting_for(cast.manager):
        shown = str(document(disclosure_facts(disclosure.pk)))
    assert "Tamsin Oakley was there" in shown


def test_no_name_is_told_of_a_report_to_whom_intelligence_is_not_shown(
    cast: Cast, case: Case, reader: User
) -> None:
    request = made.assembled(case, cast.manager)
    request.names.update(source="intelligence.PersonOfConcern", section=Section.INTELLIGENCE)
    assert request.names.visible_to(reader).exists()
    taken_from_the_team(case, Section.INTELLIGENCE)
    assert not request.names.visible_to(User.objects.get(pk=reader.pk)).exists()
    with acting_for(reader):
        assert not request.names.exists()


def named_by_two_reports(cast: Cast, case: Case, other: Case) -> PersonOfConcern:
    """A man whom one report names beside this child, and another, of another submission, beside the other child."""
    for each in (case, other):
        access.share(
            case=each, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
            by=cast.manager,
        )  # fmt: skip
    fields = {"given_name": "Silas", "family_name": "Arkwright", "standing": "ALLEGED"}
    person = reports.add_nominal(
        report=make_report(cast, case=case),
        kind=LinkKind.PERSON,
        fields=fields,
        by=cast.police,
        key=new_key(),
    ).person
    assert person is not None
    reports.link_nominal(
        report=make_report(cast, case=other), kind=LinkKind.PERSON, nominal_id=person.pk, by=cast.police
    )
    return person


def test_a_bundle_is_the_record_of_one_day(cast: Cast, case: Case) -> None:
    request = made.assembled(case, cast.manager)
    Concern.objects.filter(case=case).update(worry="Something else")
    assert WORRY in texts(request)
    with pytest.raises(AssembledAlready):
        services.freeze(request=request, items=[], names=[], by=cast.manager)
    with pytest.raises(ProgrammingError), transaction.atomic():
        SubjectAccessPassage.objects.filter(text=WORRY).update(text="Something else")


def test_a_bundle_says_what_befell_a_meeting_as_it_ran(cast: Cast, case: Case) -> None:
    meeting = start_meeting(cast, case, agencies=[], people=[])
    assert meeting.nobody_invited_reason == "Everybody was rung"
    pass_chair(
        meeting=meeting, to=second_manager(cast), reason="The first was called to court.", by=cast.manager
    )
    said = texts(made.assembled(case, cast.manager))
    assert "Everybody was rung" in said
    assert "The first was called to court." in said
    request = SubjectAccessRequest.objects.get(case=case)
    services.close(request=request, reason="Asked again", by=cast.manager)
    break_off(meeting=meeting, reason="The fire alarm went off.", to=meeting.scheduled_for, by=cast.manager)
    assert "The fire alarm went off." in texts(made.assembled(case, cast.manager))


# ------------------------------------------------------------------------------------------ every kind of row


def all_labels() -> set[str]:
    floors = (*row_security.FLOORS,)
    return {model._meta.label for floor in floors for model in apps.get_app_config(floor).get_models()}


def test_every_kind_of_row_about_a_child_is_in_the_bundle_or_says_why_not() -> None:
    assert IN_THE_BUNDLE & set(NOT_IN_THE_BUNDLE) == set()
    assert set(NOT_IN_THE_BUNDLE) | IN_THE_BUNDLE == all_labels()


def test_whatever_is_said_to_be_in_the_bundle_is_in_it_word_for_word(cast: Cast) -> None:
    places = build(cast)
    case = Case.objects.select_related("child").get(reference=places["case"])
    _fill(cast, case)
    open_one = SubjectAccessRequest.objects.get(reference=places["request to see it"])
    services.close(request=open_one, reason="Asked again", by=cast.manager)
    request = made.assembled(case, cast.manager)
    rows = SubjectAccessPassage.objects.filter(item__request=request)
    sources = set(rows.values_list("source", flat=True))
    assert sources == set(IN_THE_BUNDLE)
    whole = "\n".join(texts(request))
    missing = [
        name
        for label in sorted(IN_THE_BUNDLE)
        for name, words in _words_of(apps.get_model(label), case)
        if name not in FIELDS_NOT_PRINTED and words.strip() not in whole
    ]
    assert missing == []


def test_no_label_holds_what_somebody_typed(cast: Cast) -> None:
    """Only of a text are names offered, and only of a text can words be left out: labels and titles are ours."""
    places = build(cast)
    case = Case.objects.select_related("child").get(reference=places["case"])
    _fill(cast, case)
    for kind in ("mase.AgendaItem", "cases.Document"):
        model = apps.get_model(kind)
        for row in _rows_of(model, case):
            model._default_manager.filter(pk=row.pk).update(title=f"About Zebrawood {row.pk}")
    open_one = SubjectAccessRequest.objects.get(reference=places["request to see it"])
    services.close(request=open_one, reason="Asked again", by=cast.manager)
    request = made.assembled(case, cast.manager)
    rows = SubjectAccessPassage.objects.filter(item__request=request)
    labels = {*rows.values_list("label", flat=True), *request.items.values_list("title", flat=True)}
    typed = {
        words
        for kind in sorted(IN_THE_BUNDLE)
        for row in _rows_of(apps.get_model(kind), case)
        for field in _typed_fields(type(row))
        if len(words := str(getattr(row, field.name)).strip()) > SHORTEST_TYPED
    }
    assert any("Zebrawood" in words for words in typed)
    assert {(label, words) for label in labels for words in typed if words in label} == set()
    assert rows.filter(text__contains="Title: About Zebrawood", source="cases.Document").exists()
    assert rows.filter(text__contains="Title: About Zebrawood", source="mase.AgendaItem").exists()
    assert rows.filter(text__contains="Title: About Zebrawood", source="mase.MinutesWording").exists()


# What is shorter is a word of a list, or stands in a label by chance.
SHORTEST_TYPED = 6


def _typed_fields(model: type[models.Model]) -> list[Any]:
    """Every field people write words into, narrow ones too: neither codes nor references, which are ours."""
    ours = {"code", "reference", "codename", "stored_as", "sha256", "content_type"}
    return [
        field
        for field in model._meta.fields
        if isinstance(field, (models.TextField, models.CharField)) and not field.choices
        if field.name not in ours and (field.max_length or 4000) >= WIDE_ENOUGH
    ]


WIDE_ENOUGH = 60  # narrower columns hold codes


def test_a_name_in_a_title_is_offered_and_left_out_as_in_any_text(
    cast: Cast, case: Case, reader: User, tamsin: Case, tmp_path: Path
) -> None:
    make_document(cast, case, title="Letter about Rowan Kestrel and Tamsin Oakley")
    meeting = end_meeting(cast, case)
    open_item = meeting.agenda.filter(restricted=False)[0]
    meeting.agenda.filter(pk=open_item.pk).update(title="Is Rowan Kestrel near?", notes="Nobody knew.")
    disclosure = made_file(made.disclosed(case, cast.manager, reader))
    words = words_of(services.download(disclosure=disclosure, by=cast.manager), tmp_path)
    assert "Title: Letter about" in words
    assert "Nobody knew." in words
    assert [name for name in ("Kestrel", "Oakley") if name in words] == []


def _fill(cast: Cast, case: Case) -> None:
    """A row of every kind with words in every text, so that none is missed for being empty."""
    case.child.aliases.create(name="Bo")
    made_concern = answers(worry=WORRY)
    made_concern[ConcernStep.MENTIONS] = StepAnswers(
        mentions=[{"kind": "place", "name": "Arcade", "details": "Late"}]
    )
    concern = concerns.log(answers=made_concern, by=cast.practitioner, key=new_key())
    triage.decide(concern=concern, verdict=verdict(ConcernOutcome.ADD_TO_CASE, case=case), by=cast.manager)
    concerns.add_addendum(
        concern=Concern.objects.get(pk=concern.pk), text="She rang again.", by=cast.practitioner
    )
    _fill_the_rare(cast, case, concern)
    for label in IN_THE_BUNDLE - WRITTEN_ONCE:
        model = apps.get_model(label)
        for row in _rows_of(model, case):
            for field in _text_fields(model):
                if not getattr(row, field.name) and not _is_sent_out(row):
                    model._default_manager.filter(pk=row.pk).update(
                        **{field.name: f"Words of {label} {field.name}"[: field.max_length]}
                    )


# The application's role cannot change these: they are made with words.
WRITTEN_ONCE = {
    "mase.DisagreementStage", "mase.DisagreementAnswer", "mase.TransitionEntry", "cases.ReturnHomeInterview",
    "mase.CmogSentWords", "mase.CmogMinutesObjection", "mase.CmogMinutesAddendum", "mase.BrokenOff", "mase.ChairPassed",
}  # fmt: skip


def _is_sent_out(row: models.Model) -> bool:
    """An item of a CMOG whose minutes are out, or its wording: nothing of it changes any more."""
    if isinstance(row, CmogWording):
        return True
    if not isinstance(row, CmogItem):
        return False
    return CmogMinutes.objects.filter(meeting=row.meeting_id, circulated_at__isnull=False).exists()


def _fill_the_rare(cast: Cast, case: Case, concern: Concern) -> None:
    """What the world of the addresses has none of."""
    ConcernIndicator.objects.create(concern=concern, code="1", timing="current", evidence="Seen twice")
    assessment = RiskAssessment.objects.filter(case=case)[0]
    AssessmentAnswer.objects.create(assessment=assessment, code="1", timing="current", evidence="Seen there")
    emergency.break_glass(
        sought=Sought(reference=case.reference),
        kind=EmergencyKind.DANGER,
        reason="Brought in alone",
        by=cast.duty,
    )
    action = PlanAction.objects.filter(case=case, issued_at__isnull=False)[0]
    ActionUpdate.objects.create(
        action=action, kind="PROGRESS", text="She was seen.", by=cast.health, agency=cast.agency("health")
    )
    meeting = action.meeting
    danger = DangerStatement.objects.create(
        meeting=meeting, order=9, text="She fears Fridays.", disputed_by="An aunt"
    )
    SafetyGoal.objects.create(danger=danger, text="She goes home by bus.")
    invitation = Invitation.objects.filter(meeting=meeting)[0]
    ScaleScore.objects.create(
        danger=danger, invitation=invitation, value=3, reason="Still frightened", recorded_by=cast.manager
    )
    Dissent.objects.create(
        meeting=meeting, agency=cast.agency("csc"), reason="Too early to say", recorded_by=cast.manager
    )
    Assent.objects.create(meeting=meeting, agency=cast.agency("police"), recorded_by=cast.manager)
    StepDownPoint.objects.create(
        meeting=meeting, code="GOALS", met=False, why="One goal is not met yet", recorded_by=cast.manager
    )
    noted = {"case": case, "meeting": meeting, "step": "held"}
    ClockPause.objects.create(**noted, reason="COURT", starts_on=meeting.due_on, paused_by=cast.manager)
    LateReason.objects.create(**noted, reason="CAPACITY", said_by=cast.manager)
    BrokenOff.objects.create(
        meeting=meeting, started_at=timezone.now(), reason="The fire alarm", there="Health", by=cast.manager
    )
    ChairPassed.objects.create(
        meeting=meeting, before=cast.manager, to=cast.practitioner, reason="Called to court", by=cast.manager
    )
    MapEntry.objects.create(
        meeting=meeting, kind="strength", text="She rings her aunt.", added_by=cast.manager
    )
    AgencyInformation.objects.filter(meeting=meeting).update(
        text="Seen at home.",
        worries="Her phone.",
        working_well="Her aunt.",
        suggested="Meet her at the gate.",
    )
    RestrictedInformation.objects.filter(meeting=meeting).update(text="Of another family.")
    sections.show(
        case=case, section=Section.HEALTH, to=cast.agency("cse-team"), reason="To answer the child",
        lawful_basis=LAWFUL_BASIS, by=cast.practitioner,
    )  # fmt: skip
    HealthNote.objects.create(
        case=case, topic="general", happened_on=meeting.due_on, text="Slept badly.", agency=cast.agency("health"),
        recorded_by=cast.health,
    )  # fmt: skip
    HealthSummary.objects.create(
        case=case, text="Health sees her monthly.", agency=cast.agency("health"), written_by=cast.health
    )
    _fill_minutes(cast, case)
    _fill_missing(cast, case)
    disagreement = Disagreement.objects.get(case=case, stage=1)
    disagreements.answer(disagreement=disagreement, text="We meet tomorrow.", by=cast.practitioner)
    disagreements.escalate(disagreement=disagreement, stage=1, reason="Nobody came.", by=cast.health)
    transition.record_part(
        case=case, part=TransitionPart.WORKER, text="Ada Fern of adult services.", by=cast.practitioner
    )
    Decision.objects.get_or_create(
        meeting=meeting, defaults={"category": 2, "harm_status": "H1", "rationale": "Two agencies saw it."}
    )


def _fill_minutes(cast: Cast, case: Case) -> None:
    """Worded by the chair, an objection answered, and an addition."""
    objection = MinutesObjection.objects.get(minutes__meeting__case=case)
    minutes.answer(objection=objection, accepted=False, reason="The diary says Monday.", by=cast.manager)
    wordings = MinutesWording.objects.filter(minutes__meeting__case=case)
    wordings.update(text="As the chair words it.", saved_at=timezone.now(), saved_by=cast.manager)
    MinutesAddendum.objects.create(
        minutes=objection.minutes,
        number=1,
        text="It was a Tuesday.",
        by=cast.manager,
        follows="0",
        sha256="0",
    )


def _fill_missing(cast: Cast, case: Case) -> None:
    """She is back, and was asked; and the chair words what a CMOG said of her."""
    for episode in case.missing_episodes.order_by("missing_since"):
        if episode.is_open:
            missing.returned(episode=episode, back=missing.Back(timezone.now()), by=cast.police)
        told = missing.Step(
            InterviewStep.HELD, timezone.now(), cast.agency("health"), interviewer="Ola Hart", is_independent=True,
            text="She said that it was cold.",
        )  # fmt: skip
        missing.interview(episode=episode, step=told, by=cast.practitioner)
    draft = CmogMinutes.objects.get(circulated_at=None)
    item = CmogItem.objects.select_related("meeting", "case").get(meeting=draft.meeting_id, case=case)
    said = {name: f"Words of mase.CmogItem {name}" for name in ("notes", "decision")}
    CmogItem.objects.filter(pk=item.pk).update(**said)
    cmog_minutes.save_wording(item=item, text="CMOG’s first words of her.", edit=Edit(0), by=cast.manager)
    cmog_minutes.circulate(meeting=item.meeting, by=cast.manager)
    objection = cmog_objected(item.meeting, item, by=cast.police, text="She was not there.")
    cmog_minutes.answer(objection=objection, accepted=True, reason="The home says so.", by=cast.manager)
    cmog_minutes.save_wording(item=item, text="CMOG’s words of her.", edit=Edit(1), by=cast.manager)
    cmog_minutes.circulate(meeting=item.meeting, by=cast.manager)
    agreed_cmog(cast, item.meeting)
    corrected(cast, item.meeting, item, text="It was another Tuesday.")
    for each in CmogMinutesObjection.objects.filter(accepted=None):
        cmog_minutes.answer(objection=each, accepted=False, reason="It is as it was noted.", by=cast.manager)


def _rows_of(model: type[models.Model], case: Case) -> list[models.Model]:
    paths = (
        "case", "concern__case", "assessment__case", "child__case", "meeting__case", "invitation__meeting__case",
        "danger__meeting__case", "action__case", "disagreement__case", "content_object", "links__case",
        "minutes__meeting__case", "episode__case", "item__case",
    )  # fmt: skip
    if model is Case:
        return [case]
    for path in paths:
        try:
            return list(model._default_manager.filter(**{path: case}))
        except Exception:  # noqa: S112
            continue
    raise AssertionError(f"{model._meta.label} hangs on no case")


def _text_fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.fields if isinstance(field, models.TextField)]


def _words_of(model: type[models.Model], case: Case) -> list[tuple[str, str]]:
    return [
        (f"{model._meta.label}.{field.name}", str(getattr(row, field.name)))
        for row in _rows_of(model, case)
        for field in _text_fields(model)
        if getattr(row, field.name)
    ]


# ------------------------------------------------------------------------------------------ words left out


def test_words_are_left_out_whole_and_overlapping_marks_become_one(cast: Cast, case: Case) -> None:
    passage = made.passage_with(made.assembled(case, cast.manager), "Rowan Kestrel drives")
    start = passage.text.index("estrel drives")
    services.mark(passage=passage, starts_at=start, ends_at=start + 8, ground=Ground.POLICE, by=cast.manager)
    services.mark_words(passage=passage, words="rowan kestrel", ground=Ground.THIRD_PARTY, by=cast.manager)
    row = passage.redactions.get()
    assert passage.text[row.starts_at : row.ends_at] == "Rowan Kestrel drives"
    assert row.grounds == [Ground.THIRD_PARTY, Ground.POLICE]


def test_words_are_left_out_everywhere_or_in_one_place(cast: Cast, case: Case) -> None:
    passage = made.passage_with(made.assembled(case, cast.manager), "Rowan Kestrel drives")
    services.mark_words(passage=passage, words="Rowan", place=2, ground=Ground.THIRD_PARTY, by=cast.manager)
    first = passage.redactions.get()
    assert passage.text[first.starts_at : first.ends_at] == "Rowan's"
    services.mark_words(passage=passage, words="Rowan", ground=Ground.THIRD_PARTY, by=cast.manager)
    assert passage.redactions.count() == 2
    services.unmark(redaction=first, by=cast.manager)
    assert passage.redactions.count() == 1
    for words, place in (("Rowena", 0), ("Rowan", 3), ("", 0)):
        with pytest.raises(WordsNotThere):
            services.mark_words(
                passage=passage, words=words, place=place, ground=Ground.LEGAL, by=cast.manager
            )


def test_a_name_is_left_out_everywhere_or_stays_for_a_reason(cast: Cast, case: Case) -> None:
    request = made.assembled(case, cast.manager)
    name = request.names.get(name="Rowan Kestrel")
    services.decide_names(request=request, decided={name: Decided(NameChoice.LEFT_OUT)}, by=cast.manager)
    rows = Redaction.objects.select_related("passage")
    assert {row.passage.text[row.starts_at : row.ends_at] for row in rows} == {"Rowan Kestrel", "Rowan's"}
    with pytest.raises(IntegrityError), transaction.atomic():
        services.decide_names(request=request, decided={name: Decided(NameChoice.STAYS)}, by=cast.manager)


def test_whole_texts_and_items_go_out_and_in_for_a_ground(cast: Cast, case: Case) -> None:
    request = made.assembled(case, cast.manager)
    item = made.item_of_kind(request, ItemKind.CONCERN)
    services.hold_item(item=item, ground=Ground.SERIOUS_HARM, by=cast.manager)
    assert not item.passages.filter(held="").exists()
    assert item.passages.get(text="Her mother wants her home by nine.").held == Ground.THIRD_PARTY
    services.include_item(item=item, by=cast.manager)
    assert not item.passages.exclude(held="").exists()
    passage = made.passage_with(request, "Robyn says")
    services.hold(passage=passage, ground=Ground.LEGAL, note="From a solicitor", by=cast.manager)
    assert made.passage_with(request, "Robyn says").held == Ground.LEGAL


# ------------------------------------------------------------------------------------------ the second reader


def test_nothing_is_sent_before_everything_is_read_decided_and_made_sure_of(cast: Cast, case: Case) -> None:
    request = services.receive(case=case, asked=made.asked(), by=cast.manager)
    with pytest.raises(NotBeingPrepared):
        services.send(request=request, by=cast.manager)
    services.close(request=request, reason="Asked again below", by=cast.manager)
    request = made.assembled(case, cast.manager)
    with pytest.raises(NotReadyToRead, match="Decide about every name: 1 left"):
        services.send(request=request, by=cast.manager)


def test_another_person_reads_all_of_it_and_sends_it_back_or_agrees(
    cast: Cast, case: Case, reader: User
) -> None:
    request = made.with_the_reader(case, cast.manager)
    assert Notification.objects.filter(user=reader, text__contains="waits for a second reader").exists()
    items = list(request.items.all())
    with pytest.raises(OwnBundle):
        services.give_verdict(item=items[0], verdict=ReaderVerdict.AGREED, by=cast.manager)
    with pytest.raises(NotBeingPrepared):
        services.finish_item(item=items[0], by=cast.manager)
    services.give_verdict(item=items[0], verdict=ReaderVerdict.RETURNED, note="Her aunt is named", by=reader)
    with pytest.raises(NotAllRead):
        services.finish_reading(request=request, by=reader)
    third = made.second_reader(cast, email="third@example.org")
    with pytest.raises(AnotherReads):
        services.give_verdict(item=items[1], verdict=ReaderVerdict.AGREED, by=third)
    for item in items[1:]:
        services.give_verdict(item=item, verdict=ReaderVerdict.AGREED, by=reader)
    assert services.finish_reading(request=request, by=reader).state == "preparing"
    assert Notification.objects.filter(user=cast.manager, text__contains="sent a request").exists()

    services.finish_item(item=SubjectAccessItem.objects.get(pk=items[0].pk), by=cast.manager)
    again = made.agreed(services.send(request=request, by=cast.manager), reader)
    assert again.state == "ready"
    kept = SubjectAccessItem.objects.filter(request=request, verdict=ReaderVerdict.AGREED).count()
    assert kept == len(items)


PREGNANT = "She was pregnant in March."


@pytest.fixture
def apart(cast: Cast, case: Case) -> SubjectAccessRequest:
    """Assembled by Maya, to whom alone of the team health detail was shown."""
    HealthNote.objects.create(
        case=case, topic="general", happened_on=timezone.localdate(), text=PREGNANT, agency=cast.agency("health"),
        recorded_by=cast.health,
    )  # fmt: skip
    show_health(case, to=cast.manager, by=cast.practitioner)
    return made.assembled(case, cast.manager)


def show_health(case: Case, *, to: User, by: User) -> None:
    """To one person by name, who sees the case by name."""
    why = {"reason": "To answer the child", "lawful_basis": LAWFUL_BASIS}
    access.share(case=case, to=to, may_change=True, by=by, **why)
    sections.show(case=case, section=Section.HEALTH, to=to, by=by, **why)


def test_what_is_kept_apart_on_the_case_is_kept_apart_in_the_bundle(
    cast: Cast, case: Case, reader: User, apart: SubjectAccessRequest
) -> None:
    item = made.item_of_kind(apart, ItemKind.HEALTH)
    page = f"/subject-access/{apart.reference}/items/{item.pk}/"
    hers = reading(reader)
    assert hers.get(f"/cases/{case.reference}/health/").status_code == 403
    shown = hers.get(page).content.decode()
    assert PREGNANT not in shown
    assert "Kept apart" in shown
    assert "Health detail" in shown
    assert "Kept apart" in hers.get(f"/subject-access/{apart.reference}/").content.decode()
    read = AuditEvent.objects.filter(action=Action.HEALTH_VIEWED, case_id=case.pk)
    assert not read.exists()
    with acting_for(reader):
        assert not SubjectAccessPassage.objects.filter(text=PREGNANT).exists()
        assert not Redaction.objects.filter(passage__text=PREGNANT).exists()

    assert PREGNANT in signed_in(cast, "manager").get(page).content.decode()
    assert read.get().actor == cast.manager
    viewed = AuditEvent.objects.filter(action=Action.SUBJECT_ACCESS_VIEWED, actor=cast.manager).latest("at")
    assert viewed.detail["parts"] == [Section.HEALTH]


def test_nobody_answers_for_a_bundle_of_which_part_is_kept_apart_from_them(
    cast: Cast, case: Case, reader: User, apart: SubjectAccessRequest
) -> None:
    health = made.item_of_kind(apart, ItemKind.HEALTH)
    for act in (
        lambda: services.finish_item(item=health, by=reader),
        lambda: services.decide_names(request=apart, decided={}, by=reader),
    ):
        with pytest.raises(KeptFromYou):
            act()
    third = made.second_reader(cast, email="third@example.org")
    services.include_item(item=health, by=third)
    made.send(apart, cast.manager)
    for item in apart.items.all():
        with pytest.raises(KeptFromYou):
            services.give_verdict(item=item, verdict=ReaderVerdict.AGREED, by=reader)
    show_health(case, to=reader, by=cast.practitioner)
    made.agreed(apart, reader)
    with pytest.raises(KeptFromYou):
        services.disclose(request=apart, by=third)
    disclosure = made_file(services.disclose(request=apart, by=cast.manager))
    with pytest.raises(KeptFromYou):
        services.download(disclosure=disclosure, by=third)


def test_the_restricted_part_of_a_meeting_is_for_whom_it_is_shown_to(
    cast: Cast, case: Case, reader: User
) -> None:
    meeting = end_meeting(cast, case)
    said = "The unit watches the arcade on Fridays."
    meeting.agenda.filter(restricted=True).update(notes=said)
    meeting.actions.update(restricted=True, text="Look after her friend in class.")
    request = made.assembled(case, cast.manager)
    taken_from_the_team(case, Section.MINUTES)
    mine = SubjectAccessPassage.objects.visible_to(User.objects.get(pk=reader.pk)).filter(
        item__request=request
    )
    for words in (said, "Look after her friend"):
        assert made.passage_with(request, words).section == Section.MINUTES
        assert not mine.filter(text__contains=words).exists()
    assert mine.filter(text__contains="I want him to stop").exists()


def test_what_is_changed_after_it_was_agreed_to_is_read_again(cast: Cast, case: Case, reader: User) -> None:
    request = made.agreed(made.with_the_reader(case, cast.manager), reader)
    services.take_back(request=request, by=cast.manager)
    passage = made.passage_with(request, "Robyn says")
    services.hold(passage=passage, ground=Ground.SERIOUS_HARM, by=cast.manager)
    item = SubjectAccessItem.objects.get(pk=passage.item_id)
    assert (item.verdict, item.prepared_at) == ("", None)


def test_whoever_prepared_any_part_is_no_second_reader(cast: Cast, case: Case, reader: User) -> None:
    request = made.assembled(case, cast.manager)
    services.mark_words(
        passage=made.passage_with(request, "Robyn says"), words="arcade", ground=Ground.POLICE, by=reader
    )
    made.send(request, cast.manager)
    with pytest.raises(OwnBundle):
        services.give_verdict(item=request.items.all()[0], verdict=ReaderVerdict.AGREED, by=reader)


def test_whoever_put_words_in_again_is_no_second_reader(cast: Cast, case: Case, reader: User) -> None:
    """Maya leaves a name out, Selma puts it in: of her hand no row is left, and she may not read it as the second."""
    request = made.assembled(case, cast.manager)
    passage = made.passage_with(request, "Rowan Kestrel drives")
    services.mark_words(passage=passage, words="arcade", ground=Ground.POLICE, by=cast.manager)
    services.unmark(
        redaction=passage.redactions.select_related("passage__item__request__case").get(), by=reader
    )
    made.send(request, cast.manager)
    assert_not_the_reader(request, reader)


def assert_not_the_reader(request: SubjectAccessRequest, user: User) -> None:
    """Neither by what they are offered nor by what they do."""
    with pytest.raises(OwnBundle):
        services.give_verdict(item=request.items.all()[0], verdict=ReaderVerdict.AGREED, by=user)
    with pytest.raises(OwnBundle):
        services.finish_reading(request=request, by=user)
    assert request not in waiting_for(user)
    page = reading(user).get(f"/subject-access/{request.reference}/").content.decode()
    assert "I have read every item" not in page


@pytest.mark.parametrize("undone", ["held", "named", "ready", "sent"])
def test_whoever_worked_on_it_is_no_second_reader_though_another_did_so_after_them(
    cast: Cast, case: Case, reader: User, undone: str
) -> None:
    request = made.assembled(case, cast.manager)
    passage, name = made.passage_with(request, "Robyn says"), request.names.get()
    by_hand = {
        "held": lambda by: services.hold(passage=passage, ground=Ground.LEGAL, by=by),
        "named": lambda by: services.decide_names(
            request=request, decided={name: Decided(NameChoice.LEFT_OUT)}, by=by
        ),
        "ready": lambda by: services.finish_item(item=passage.item, by=by),
        "sent": lambda by: services.send(request=request, by=by),
    }
    if undone == "sent":
        made.send(request, cast.manager)
        services.take_back(request=request, by=cast.manager)
    by_hand[undone](reader)
    if undone == "sent":
        services.take_back(request=request, by=cast.manager)
    by_hand[undone](cast.manager)
    if undone != "sent":
        made.send(request, cast.manager)
    assert_not_the_reader(request, reader)


def test_nobody_is_taken_off_those_who_worked_on_a_request(cast: Cast, case: Case) -> None:
    request = made.with_the_reader(case, cast.manager)
    assert SubjectAccessRequest.objects.get(pk=request.pk).worked_on_by == [cast.manager.pk]
    with pytest.raises(ProgrammingError, match="cannot be taken off"), transaction.atomic():
        SubjectAccessRequest.objects.filter(pk=request.pk).update(worked_on_by=[])


def test_the_register_names_as_second_reader_whoever_read_every_item(
    cast: Cast, case: Case, reader: User
) -> None:
    """Selma agrees to all, Maya takes it back and sends it again, and a third colleague comes."""
    third = made.second_reader(cast, email="third@example.org")
    request = made.with_the_reader(case, cast.manager)
    for item in request.items.all():
        services.give_verdict(item=item, verdict=ReaderVerdict.AGREED, by=reader)
    services.take_back(request=request, by=cast.manager)
    request = services.send(request=request, by=cast.manager)
    page = f"/subject-access/{request.reference}/"
    assert "To read" not in reading(reader).get(page).content.decode(), "hers is done"
    assert "To read" in reading(third).get(page).content.decode()
    with pytest.raises(AnotherAgreed):
        services.finish_reading(request=request, by=third)
    for item in request.items.all():
        services.give_verdict(item=item, verdict=ReaderVerdict.AGREED, by=third)
    request = services.finish_reading(request=request, by=third)
    assert services.disclose(request=request, by=cast.manager).read_by == third
    assert set(request.items.values_list("verdict_by", flat=True)) == {third.pk}


def test_a_reader_who_comes_again_keeps_what_they_agreed_to(cast: Cast, case: Case, reader: User) -> None:
    request = made.agreed(made.with_the_reader(case, cast.manager), reader)
    services.take_back(request=request, by=cast.manager)
    request = services.send(request=request, by=cast.manager)
    assert services.finish_reading(request=request, by=reader).state == "ready"


# ------------------------------------------------------------------------------------------ what leaves


def test_the_page_of_a_file_that_was_made_reads_nothing_of_it_to_whoever_watches(
    cast: Cast, case: Case, reader: User, apart: SubjectAccessRequest
) -> None:
    """A third of the team may prepare it and has no health detail; Maya, who disclosed it, is shut out since."""
    show_health(case, to=reader, by=cast.practitioner)
    disclosure = services.disclose(
        request=made.agreed(made.send(apart, cast.manager), reader), by=cast.manager
    )
    made_file(disclosure)
    page = reverse("jobs:progress", args=[Job.objects.get(kind=services.JOB).pk])
    third = made.second_reader(cast, email="third@example.org")
    shown = reading(third).get(page)
    assert shown.status_code == 200
    assert f"/subject-access/{apart.reference}/" in shown.content.decode()

    exclusions.exclude(case=case, user=cast.manager, reason="Her niece", by=cast.privacy)
    hers = signed_in(cast, "manager")
    assert hers.get(page).status_code == 200, "it was her own asking"
    assert hers.get(f"/subject-access/{apart.reference}/").status_code == 404


def words_of(pdf: bytes, tmp_path: Path) -> str:
    """Everything a program finds in the file, pages and properties; unpacked, so that nothing hides."""
    path = tmp_path / "bundle.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout
    about = subprocess.run(["pdfinfo", "-meta", str(path)], capture_output=True, check=True).stdout
    unpacked = b"".join(_inflated(pdf))
    return " ".join((text + about + pdf + unpacked).decode("utf-8", "ignore").split())


def _inflated(pdf: bytes) -> list[bytes]:
    found = []
    for part in pdf.split(b"stream\n")[1:]:
        with suppress(zlib.error):
            found.append(zlib.decompressobj().decompress(part))
    return found


def made_file(disclosure: Disclosure) -> Disclosure:
    job = Job.objects.get(kind=services.JOB, key=disclosure.pk.hex)
    run_job(job_id=job.pk)
    return Disclosure.objects.select_related("case").get(pk=disclosure.pk)


def test_the_file_holds_what_is_shown_and_nothing_that_is_left_out(
    cast: Cast, case: Case, reader: User, tmp_path: Path
) -> None:
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.manager,
    )  # fmt: skip
    make_report(cast, case=case)
    make_document(cast, case, by=cast.police, title="Crime report of the garage")
    meeting = end_meeting(cast, case)
    meeting.agenda.filter(restricted=True).update(notes="The unit watches on Fridays.")
    disclosure = made_file(made.disclosed(case, cast.manager, reader))
    words = words_of(services.download(disclosure=disclosure, by=cast.manager), tmp_path)
    gone = (
        "Kestrel", "Rowan", "Her mother wants", "silver car", "The unit watches", RAW, SANITISED, SECRET,
        "Crime report", "Information from the police", "Maya Chandler",
    )  # fmt: skip
    assert [each for each in gone if each in words] == []
    shown = (
        "Dear Robyn Testley", "drives her to the arcade", "I want to stay in my school.", "left out 1",
        "I want him to stop coming to school.", disclosure.copy, "ico.org.uk", "4 Elm Walk",
        f"Copy {disclosure.copy} for Robyn Testley, who asked for it",
    )  # fmt: skip
    assert [each for each in shown if each not in words] == []


def test_a_file_does_not_tell_that_the_police_hold_something_on_whatever_ground_it_is_left_out(
    cast: Cast, case: Case, reader: User, tmp_path: Path
) -> None:
    emergency.break_glass(
        sought=Sought(reference=case.reference), kind=EmergencyKind.DANGER, reason="The fitter was stopped",
        by=made.officer(cast),
    )  # fmt: skip
    access.share(
        case=case, to=cast.agency("police"), reason="They look into a garage", lawful_basis=LAWFUL_BASIS,
        may_change=True, by=cast.manager,
    )  # fmt: skip
    said = answers(
        worry="A car of the garage waits at the gate.", lives_with="An uncle known to us",
        parent_view="Her aunt sold them a phone.",
    )  # fmt: skip
    said[ConcernStep.MENTIONS] = StepAnswers(
        mentions=[{"kind": "person", "name": "Ivo Marsh", "details": "Fitter"}]
    )
    told = concerns.log(answers=said, by=cast.police, key=new_key())
    decided = verdict(ConcernOutcome.ADD_TO_CASE, case=case, rationale="The police watch a fitter.")
    triage.decide(concern=told, verdict=decided, by=cast.manager)
    issued(cast, case, text="Ask a court about the garage.", p=PlanP.PROSECUTE, restricted=True)
    action = issued(cast, case, text="Meet her from school.", p=PlanP.PROTECT)
    for agency, words in (("police", "An officer saw the fitter there."), ("csc", "She was met twice.")):
        ActionUpdate.objects.create(
            action=action, kind="PROGRESS", text=words, by=cast.manager, agency=cast.agency(agency)
        )
    request = made.assembled(case, cast.manager)
    again = made.passage_with(request, "A car of the garage")
    services.hold(passage=again, ground=Ground.SERIOUS_HARM, by=cast.manager)
    waiting = SubjectAccessPassage.objects.filter(item__request=request, needs_release=True, released_at=None)
    assert not waiting.filter(held="").exists()
    assert set(waiting.values_list("held", flat=True)) >= {
        Ground.THIRD_PARTY, Ground.RESTRICTED, Ground.SERIOUS_HARM, Ground.POLICE,
    }  # fmt: skip

    made.agreed(made.send(request, cast.manager), reader)
    disclosure = made_file(services.disclose(request=request, by=cast.manager))
    words = words_of(services.download(disclosure=disclosure, by=cast.manager), tmp_path)
    gone = (
        "garage", "fitter", "Ivo Marsh", "An uncle known", "Her aunt sold", told.reference,
        f"From {cast.agency('police').name}", "seriously harm", "a part of a meeting",
    )  # fmt: skip
    assert [each for each in gone if each in words] == []
    assert "She was met twice." in words


def test_of_what_the_police_released_in_part_the_rest_is_not_told(
    cast: Cast, case: Case, reader: User
) -> None:
    access.share(
        case=case, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.manager,
    )  # fmt: skip
    told = concerns.log(answers=answers(worry="A car waits."), by=cast.police, key=new_key())
    triage.decide(concern=told, verdict=verdict(ConcernOutcome.ADD_TO_CASE, case=case), by=cast.manager)
    request = made.assembled(case, cast.manager)
    item = request.items.select_related("request__case").get(source_id=told.pk)
    services.release(item=item, by=cast.police)
    services.include(passage=made.passage_with(request, "A car waits."), by=cast.manager)
    feedback = made.passage_with(request, "Keep talking with her.")
    services.hold(passage=feedback, ground=Ground.SERIOUS_HARM, by=cast.manager)
    made.agreed(made.send(request, cast.manager), reader)
    disclosure = services.disclose(request=request, by=cast.manager)
    with acting_for(cast.manager):
        parts = document(disclosure_facts(disclosure.pk)).parts
    (printed,) = [each for part in parts for each in part.items if each.title == f"Concern {told.reference}"]
    assert [said.pieces[0].text for said in printed.said] == ["A car waits."]
    assert cast.agency("police").name not in printed.whence
    assert printed.left_out.startswith("1 part of this is left out"), "of what is released it is told"


def test_each_disclosure_is_registered_once_for_all(
    cast: Cast, case: Case, reader: User, own_files: Path
) -> None:
    request = made.agreed(made.with_the_reader(case, cast.manager), reader)
    with pytest.raises(OwnBundle):
        services.disclose(request=request, by=reader)
    disclosure = made_file(services.disclose(request=request, by=cast.manager))
    assert (disclosure.prepared_by, disclosure.read_by) == (cast.manager, reader)
    assert disclosure.withheld[Ground.THIRD_PARTY]["texts"] >= 2
    assert len(disclosure.items) == request.items.count()
    assert "Rowan" not in str(disclosure.items) + str(disclosure.withheld)
    with pytest.raises(NotReadyToDisclose):
        services.disclose(request=request, by=cast.manager)
    assert_found_as_a_copy(cast, disclosure)
    first = disclosure.sha256
    assert made_file(disclosure).sha256 == first
    trail = AuditEvent.objects.filter(object_id=disclosure.pk).values_list("action", flat=True)
    assert {Action.DISCLOSED, Action.DISCLOSURE_MADE} <= set(trail)
    services.download(disclosure=disclosure, by=cast.manager)
    assert AuditEvent.objects.filter(action=Action.DISCLOSURE_DOWNLOADED, actor=cast.manager).count() == 1


def assert_found_as_a_copy(cast: Cast, disclosure: Disclosure) -> None:
    """On the page where the privacy officer looks up any copy's number, as in the register."""
    page = signed_in(cast, "privacy").post("/copies/", {"copy": disclosure.copy.lower()}).content.decode()
    for words in ("No copy has this number", "Robyn", "Testley"):
        assert words not in page
    assert disclosure.request_reference in page
    seen = AuditEvent.objects.filter(action=Action.REGISTER_VIEWED, actor=cast.privacy)
    assert seen.filter(object_id=disclosure.pk).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_redaction SET ends_at = ends_at + 1",
        "DELETE FROM cases_redaction",
        "UPDATE cases_subjectaccesspassage SET held = ''",
        "UPDATE cases_subjectaccessitem SET title = 'Other'",
        "UPDATE cases_subjectaccessrequest SET requester_name = 'Other'",
        "DELETE FROM cases_disclosure",
        "UPDATE cases_disclosure SET withheld = '{}'",
    ],
)
def test_what_was_disclosed_cannot_be_changed_by_anybody(
    cast: Cast, case: Case, reader: User, statement: str
) -> None:
    made_file(made.disclosed(case, cast.manager, reader))
    refused = pytest.raises(ProgrammingError, match="cannot be changed|permission denied")
    with acting_for(cast.manager), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(statement)


# ------------------------------------------------------------------------------------------ who learns of it


def test_postgresql_shows_a_request_to_nobody_but_who_answers_it(
    cast: Cast, case: Case, reader: User
) -> None:
    made_file(made.disclosed(case, cast.manager, reader))
    tables = (SubjectAccessRequest, SubjectAccessItem, SubjectAccessPassage, Redaction, OtherName, Disclosure)
    for person in ("practitioner", "health", "outsider", "police", "privacy", "analyst", "administrator"):
        with acting_for(cast.people[person]):
            seen = {table for table in tables if table._default_manager.exists()}
        assert seen == ({Disclosure} if person == "privacy" else set()), person
    with acting_for(reader):
        assert all(table._default_manager.exists() for table in tables)


def test_the_register_keeps_a_case_from_a_privacy_officer_who_is_shut_out_of_it(
    cast: Cast, case: Case, reader: User
) -> None:
    disclosure = made.disclosed(case, cast.manager, reader)
    with acting_for(cast.privacy):
        (line,) = register(cast.privacy)
        assert line.case_reference == case.reference  # type: ignore[attr-defined]
        assert disclosure_with_copy(cast.privacy, disclosure.copy.lower()) == disclosure
    exclusions.exclude(case=case, user=cast.privacy, reason="Her niece", by=cast.privacy)
    with acting_for(cast.privacy):
        assert not register(cast.privacy).exists()
        assert not Disclosure.objects.exists()


def test_lists_and_postgresql_agree_on_requests_and_disclosures(cast: Cast, case: Case, reader: User) -> None:
    made.disclosed(case, cast.manager, reader)
    made.assembled(make_case(cast), cast.manager)
    for person in (*cast.people.values(), reader):
        user = User.objects.get(pk=person.pk)
        for model in (SubjectAccessRequest, Disclosure, SubjectAccessItem, SubjectAccessPassage, OtherName):
            listed = set(model.objects.visible_to(user).values_list("pk", flat=True))
            with acting_for(user):
                assert set(model._default_manager.values_list("pk", flat=True)) == listed, user.full_name
