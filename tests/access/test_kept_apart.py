"""What is kept apart leaves no trace on any page, file, list, message or copy of somebody it was not given to."""

from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cases.chronology.models import ChronologyEntry
from cases.exports.services import COLUMNS
from cases.family import services as family
from cases.family.models import AddressKind, ConfidentialReason, HealthTopic
from cases.record.models.case import Case
from cse_portal.accounts.models import Membership
from cse_portal.accounts.services import end_membership
from cse_portal.jobs.models import Job, Notification
from cse_portal.keys import new_key
from mase.meetings.choices import Audience
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import sections
from mase.minutes.models import MinutesCopy
from mase.plans.choices import MapKind, PlanP
from mase.plans.services import safety_map
from tests.access.addresses import EVERYONE
from tests.access.places import Places
from tests.access.test_addresses import signed_in
from tests.access.test_no_leaks import crawl, opened_by, read
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.audit import words_on_record
from tests.factories.cases import make_case, make_child
from tests.factories.exports import ready_export
from tests.factories.meetings import bring, read_meeting
from tests.factories.minutes import circulated
from tests.signing_in import forget_tries
from tests.sweeps import Sweep

pytestmark = pytest.mark.long

ADDRESS, HEALTH, RESTRICTED = "Quernmorehouse", "Ciprofloxacinol", "Blackthornegarage"
SEES = {
    ADDRESS: frozenset[str](),  # on no page that one opens: it is shown only to somebody who asks for it
    HEALTH: frozenset({"practitioner", "health"}),
    RESTRICTED: frozenset({"practitioner", "manager", "police"}),
}


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    """Minutes and copies of the test's own."""
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


@pytest.fixture
def world(cast: Cast, places: Places) -> Places:
    """The case of tests/access/places.py, with a word in every part that stands nowhere else."""
    forget_tries()
    end_membership(membership=Membership.objects.get(user=cast.leaver), on=timezone.localdate())
    case = Case.objects.get(reference=places["case"])
    family.record_address(
        case=case, kind=AddressKind.PLACEMENT, address=f"{ADDRESS}, B70 0ZZ", reason=ConfidentialReason.COURT,
        by=cast.practitioner,
    )  # fmt: skip
    family.add_note(
        case=case, topic=HealthTopic.MEDICINE, happened_on=timezone.localdate(), text=f"Takes {HEALTH}.",
        by=cast.health,
    )  # fmt: skip
    restrict(cast, Meeting.objects.get(pk=places["meeting"]))
    return places


def restrict(cast: Cast, meeting: Meeting) -> None:
    """Every way of the restricted part: a note, what an agency keeps, and while it runs an action and a map line."""
    item = meeting.agenda.get(code="people-places")
    sections.save_notes(
        item=item,
        notes=f"They meet at {RESTRICTED}.",
        version=item.version,
        by=cast.manager,
    )
    seats = meeting.invitations.exclude(role="CHAIR").filter(agency__isnull=False)
    seat = seats.exclude(agency=cast.agency("health")).first()
    assert seat is not None
    assert seat.agency is not None
    bring(meeting, seat.agency, cast.manager, apart=f"{RESTRICTED} is watched.")
    if meeting.is_running:
        search, line = f"Search {RESTRICTED}.", f"She was driven to {RESTRICTED}."
        factory.agreed(cast, meeting, text=search, agency=seat.agency, p=PlanP.PURSUE, restricted=True)
        safety_map.add_entry(
            meeting=meeting, key=new_key(), kind=MapKind.HARM, text=line, restricted=True, by=cast.manager
        )


def test_what_is_kept_apart_is_on_no_page_of_anybody_it_was_not_given_to(
    cast: Cast, world: Places, sweep: Sweep
) -> None:
    meeting = ("mase:meeting", "mase:pack")
    shows = {
        HEALTH: {
            (name, place) for name in ("practitioner", "health") for place in ("cases:health", "mase:pack")
        },
        RESTRICTED: {(name, place) for name in SEES[RESTRICTED] for place in meeting},
    }
    told, found = [], {word: set[tuple[str, str]]() for word in SEES}
    asked = {*sweep.of(opened_by(*sorted(EVERYONE))), *shows[HEALTH], *shows[RESTRICTED]}
    for person, place, text in crawl(sorted(asked), cast, world):
        for word, readers in SEES.items():
            if word in text and person not in readers:
                told.append((person, place, word))
            elif word in text:
                found[word].add((person, place))
    assert told == []
    assert {word: found[word] for word in shows} == shows


def test_it_is_in_no_copy_list_message_or_event(cast: Cast, world: Places) -> None:
    columns = list(COLUMNS)
    files = [ready_export(cast.manager, file_format=kind, columns=columns) for kind in ("csv", "xlsx", "ods")]
    client = signed_in(cast, "manager")
    for copy in files:
        text = read(client.get(f"/exports/{copy.pk}/file/"))
        assert world["case"] in text
        assert not any(word in text for word in SEES)
    everything = [
        *(f"{each.subject}{each.body}" for each in mail.outbox),
        *Notification.objects.values_list("text", flat=True),
        *ChronologyEntry.objects.values_list("text", flat=True),
        *(str(each) for each in Job.objects.values("payload", "message", "checkpoint")),
        words_on_record(),
    ]
    assert len(everything) > 50
    assert not any(word in text for word in SEES for text in everything)
    for word in SEES:
        path = f"/cases/?text={word}"
        assert world["case"] not in client.get(path).content.decode().replace(path, "")
        sought = client.post("/api/v1/cases/search/", {"text": word}, "application/json").json()
        assert sought["results"] == []


# ------------------------------------------------------------------------------------------ minutes


@pytest.fixture
def held(cast: Cast) -> Meeting:
    """A meeting with a restricted part that has ended, and its minutes made."""
    case = make_case(cast, child=make_child(given_name="Amara"))
    meeting = factory.running(cast, case, people=[cast.health], agencies=[cast.agency("police")])
    restrict(cast, meeting)
    ended = factory.end(cast, meeting)
    circulated(cast, ended)
    return ended


def downloaded(cast: Cast, name: str, meeting: Meeting, page: str = "minutes.pdf") -> str:
    answer = signed_in(cast, name).get(f"/meetings/{meeting.pk}/{page}")
    assert answer.status_code == 200
    return read(answer)


@pytest.mark.parametrize("name", ["manager", "practitioner", "police"])
def test_whom_the_restricted_part_was_given_to_read_it_in_their_minutes(
    cast: Cast, held: Meeting, name: str
) -> None:
    text = downloaded(cast, name, held)
    assert text.count(RESTRICTED) == 4
    assert "Restricted: professionals only" in text


def test_no_address_leads_somebody_else_to_the_full_copy(cast: Cast, held: Meeting) -> None:
    assert RESTRICTED not in downloaded(cast, "health", held, "minutes.pdf?audience=full")
    with acting_for(cast.health):
        copies = MinutesCopy.objects.filter(version__minutes__meeting=held)
        assert not copies.filter(audience=Audience.FULL).exists()
        assert copies.filter(audience=Audience.PROFESSIONALS).exists()


def test_an_agency_reads_what_it_keeps_for_professionals_itself(cast: Cast) -> None:
    """The nurse was not given the restricted part; what her own agency wrote into it is hers to mend."""
    meeting = factory.running(cast, make_case(cast), people=[cast.health], agencies=[cast.agency("police")])
    client = Client()
    client.force_login(cast.health, backend="allauth.account.auth_backends.AuthenticationBackend")
    for code, status in (("health", 302), ("police", 404)):
        key = cast.agency(code).pk
        said = {f"apart-{key.hex[-12:]}-apart": "Another child was there."}
        answer = client.post(f"/meetings/{meeting.pk}/parts/apart/{key}/", said)
        assert answer.status_code == status
    assert "Another child was there." in read_meeting(client, meeting)
