"""What repeats the words of a concern is kept from whoever is shut out of the concern, though they see its case."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from cases.choices import ConcernOutcome, ConcernStep, ConflictOutcome, EntryKind, MentionKind
from cases.errors import KeptFromYou
from cases.models import (
    Case,
    ChronologyEntry,
    Concern,
    ConcernConflict,
    ConflictFinding,
    SubjectAccessPassage,
)
from cases.selectors.concerns import StepAnswers
from cases.services import access, subject_access
from cases.services import concerns as concern_services
from cases.services.conflicts import decide as decide_on_case
from cases.services.conflicts import decide_of_concern
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.jobs.models import Notification
from cse_portal.keys import new_key
from mase.services import ending
from tests.access.test_addresses import signed_in
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories import subject_access as made
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.concerns import answers, decide
from tests.factories.meetings import make_meeting
from tests.factories.requests import in_one_request

pytestmark = pytest.mark.django_db
WORDS = "Priya was seen with her in a silver car"
TOLD = "A concern was added to case"


@in_one_request
def sent(by: User, **mention: str) -> Concern:
    said = answers(worry=f"{WORDS}.")
    mentions = [{"kind": MentionKind.PERSON.value, "details": ""} | mention]
    said[ConcernStep.MENTIONS] = StepAnswers(mentions=mentions)
    return concern_services.log(answers=said, by=by, key=new_key())


@pytest.fixture
def case(cast: Cast) -> Case:
    """Priya's, shared with health and the police."""
    case = make_case(cast)
    for code in ("health", "police"):
        access.share(
            case=case, to=cast.agency(code), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
            by=cast.practitioner,
        )  # fmt: skip
    return case


def added(cast: Cast, case: Case, name: str = "Priya Raman") -> Concern:
    concern = sent(cast.health, name=name)
    decide(concern, cast.manager, outcome=ConcernOutcome.ADD_TO_CASE, case=case)
    concern.refresh_from_db()
    return concern


def reads(person: User, case: Case) -> bool:
    """Whether the chronology has it for them: the list of one case, of all cases and PostgreSQL say the same."""
    fresh = User.objects.get(pk=person.pk)
    with acting_for(fresh):
        returned = ChronologyEntry.objects.filter(kind=EntryKind.CONCERN).exists()
        changed = ChronologyEntry.objects.filter(kind=EntryKind.CONCERN).update(restricted=False)
        of_case = ChronologyEntry.objects.visible_to(fresh, of=case).filter(kind=EntryKind.CONCERN).exists()
        of_all = ChronologyEntry.objects.visible_to(fresh).filter(kind=EntryKind.CONCERN).exists()
    listed = ChronologyEntry.objects.visible_to(fresh).filter(kind=EntryKind.CONCERN).exists()
    assert {of_case, of_all, listed, bool(changed)} == {returned}
    return returned


def test_a_lead_whom_a_concern_names_reads_its_words_on_no_page_of_the_case(cast: Cast, case: Case) -> None:
    concern = added(cast, case)
    meeting, papers = make_meeting(cast, case), "/meetings/{}/papers.pdf"
    hers, managers = signed_in(cast, "practitioner"), signed_in(cast, "manager")
    assert not any(said in drawn(hers, papers.format(meeting.pk)) for said in (WORDS, concern.reference))
    assert WORDS in drawn(managers, papers.format(meeting.pk))
    ending.start(meeting=meeting, by=cast.manager, nobody_invited_reason="Everybody was rung")
    addresses = [
        reverse("cases:case", args=[case.reference]),
        reverse("cases:chronology", args=[case.reference]),
        reverse("cases:chronology-print", args=[case.reference]),
        reverse("mase:meeting", args=[meeting.pk]),
        reverse("jobs:notifications"),
    ]
    for address in addresses:
        assert (shown(hers, address), address) == ([], address)
    assert all("words" in shown(managers, address) for address in addresses[:4])


def shown(client: Client, address: str) -> list[str]:
    """What of the concern this page tells."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    page, number = answer.content.decode(), Concern.objects.get().reference
    return [name for name, said in (("words", WORDS), ("number", number), ("line", TOLD)) if said in page]


def drawn(client: Client, address: str) -> str:
    pages = PdfReader(BytesIO(client.get(address).content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_the_case_is_hers_all_the_same_and_so_are_the_words_once_it_is_dismissed(
    cast: Cast, case: Case
) -> None:
    added(cast, case)
    assert gate.can(cast.practitioner, Permission.CASE_VIEW, case)
    assert not reads(cast.practitioner, case)
    assert reads(cast.police, case)
    conflict = ConcernConflict.objects.get(user=cast.practitioner)
    decide_of_concern(conflict=conflict, outcome=ConflictOutcome.DISMISSED, note="Her work", by=cast.privacy)
    assert reads(cast.practitioner, case)


def test_who_wrote_it_and_is_found_later_keeps_what_they_wrote(cast: Cast, case: Case) -> None:
    concern = added(cast, case, name="Somebody Else")
    ConcernConflict.objects.create(
        concern=concern, user=cast.health, reference=concern.reference, basis="mentioned"
    )
    assert reads(cast.health, case)
    assert gate.can(cast.health, Permission.CONCERN_VIEW, concern)


def test_an_agency_that_is_kept_out_of_a_concern_reads_it_in_no_chronology(cast: Cast, case: Case) -> None:
    concern = added(cast, case, name="Somebody Else")
    ConcernConflict.objects.create(
        concern=concern, agency=cast.agency("police"), reference=concern.reference, basis="mentioned"
    )
    assert not reads(cast.police, case)
    assert reads(cast.practitioner, case)


def test_a_lead_is_told_of_a_concern_that_she_may_read_and_of_no_other(cast: Cast, case: Case) -> None:
    added(cast, case)
    lines = Notification.objects.filter(user=cast.practitioner, text__startswith=TOLD)
    assert not lines.exists()
    other = added(cast, case, name="Somebody Else")
    assert list(lines.values_list("case_id", "about_id")) == [(case.pk, other.pk)]
    page = reverse("jobs:notifications")
    assert TOLD in signed_in(cast, "practitioner").get(page).content.decode()
    ConcernConflict.objects.create(
        concern=other, user=cast.practitioner, reference=other.reference, basis="mentioned"
    )
    assert TOLD not in signed_in(cast, "practitioner").get(page).content.decode(), "it goes with the concern"


def test_a_second_reader_whom_it_names_does_not_read_it_in_the_bundle(cast: Cast, case: Case) -> None:
    reader = made.second_reader(cast)
    added(cast, case, name=reader.full_name)
    finding = ConflictFinding.objects.get(case=case, user=reader)
    decide_on_case(
        finding=finding, outcome=ConflictOutcome.DISMISSED, note="May work with her", by=cast.privacy
    )
    request = made.assembled(case, cast.manager)
    told = SubjectAccessPassage.objects.filter(item__request=request, source="cases.ChronologyEntry")
    told = told.filter(text__contains=WORDS)
    fresh = User.objects.get(pk=reader.pk)
    assert gate.can(fresh, Permission.CASE_VIEW, case)
    assert told.visible_to(cast.manager).count() == 1
    assert not told.visible_to(fresh).exists()
    with acting_for(fresh):
        assert not told.exists()
        assert not told.visible_to(fresh).exists()
    chronology = told.get().item
    with pytest.raises(KeptFromYou):
        subject_access.finish_item(item=chronology, by=fresh)


def test_what_a_bundle_lacks_is_told_to_the_privacy_officer_and_not_to_whoever_assembled_it(
    cast: Cast, case: Case
) -> None:
    """The child is owed what is held of them, also where the person who answers may not know of it."""
    reader = made.second_reader(cast)
    added(cast, case, name=reader.full_name)
    finding = ConflictFinding.objects.get(case=case, user=reader)
    decide_on_case(
        finding=finding, outcome=ConflictOutcome.DISMISSED, note="May work with her", by=cast.privacy
    )
    request = made.assembled(case, reader)
    lines = Notification.objects.filter(text__contains=f"{request.reference} lacks a part")
    assert [each.user for each in lines] == [cast.privacy]
    assert "lacks a part" in signed_in(cast, "privacy").get(reverse("jobs:notifications")).content.decode()
    subject_access.close(request=request, reason="Somebody else answers", by=cast.manager)
    again = made.assembled(case, cast.manager)
    assert not Notification.objects.filter(text__contains=f"{again.reference} lacks").exists()
