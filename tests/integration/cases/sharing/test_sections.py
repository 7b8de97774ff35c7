"""What a case keeps apart: who holds it by rule, who is shown it, and who is not, whatever else they hold."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission as DjangoPermission
from django.db import ProgrammingError, transaction
from django.test import Client
from django.utils import timezone

from cases.casework import services as identity
from cases.family import services as family
from cases.family.models import (
    AddressKind,
    ConfidentialAddress,
    ConfidentialReason,
    HealthNote,
    HealthTopic,
    SealedAddress,
)
from cases.family.services import AddressIsConfidential
from cases.record.choices import Section
from cases.record.models.access import CaseUserObjectPermission
from cases.record.models.case import Case
from cases.sharing.models import EmergencyKind
from cases.sharing.selectors.emergency import Sought
from cases.sharing.services import access, emergency, exclusions
from cse_portal.access import gate
from cse_portal.access.grants import Holder
from cse_portal.access.permissions import Permission
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.errors import NotPermitted, NotVisible
from mase.meetings.services import sections
from tests.acting_for import acting_for
from tests.cast import Cast
from tests.database import superuser
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child, parts_held
from tests.factories.meetings import read_meeting, start_meeting

As = Callable[[str], Client]
WHERE = "Quernmore House, 4 Nowhere Lane, B70 0ZZ"
DETAIL = "Treated at the clinic in Quernmore."
SENTENCE = "Health sees her every two weeks."


@pytest.fixture
def case(cast: Cast) -> Case:
    """Led by social care, worked on by the police; the nurse sees it. Her home was open until it was not."""
    child = make_child(address="1 Old Street", postcode="B70 9LD", ward="E05001266")
    case = make_case(cast, child=child)
    share(cast, case, cast.agency("police"), may_change=True)
    share(cast, case, cast.health)
    return case


@pytest.fixture
def address(cast: Cast, case: Case) -> ConfidentialAddress:
    return record(cast, case)


def share(cast: Cast, case: Case, to: Holder, **more: object) -> None:
    access.share(
        case=case, to=to, reason="Works with her", lawful_basis=LAWFUL_BASIS, by=cast.practitioner, **more
    )  # type: ignore[arg-type]


def record(
    cast: Cast,
    case: Case,
    where: str = WHERE,
    kind: AddressKind = AddressKind.HOME,
    key: uuid.UUID | None = None,
) -> ConfidentialAddress:
    return family.record_address(
        case=case, kind=kind, address=where, reason=ConfidentialReason.REFUGE, by=cast.practitioner, key=key
    )


def show(
    cast: Cast, case: Case, to: Holder, section: Section = Section.ADDRESS, *, by: User | None = None,
    expires_at: dt.datetime | None = None,
) -> None:  # fmt: skip
    access.show(
        case=case, section=section, to=to, reason="Visits her there", lawful_basis=LAWFUL_BASIS,
        by=by or cast.practitioner, expires_at=expires_at,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------ who holds a part


def test_sharing_a_case_does_not_share_its_confidential_address(
    cast: Cast, case: Case, address: ConfidentialAddress
) -> None:
    for person in (cast.police, cast.health, cast.manager):
        assert gate.can(person, Permission.CASE_VIEW, case)
        with pytest.raises(NotPermitted):
            family.show_address(address=address, by=person)
    assert family.show_address(address=address, by=cast.practitioner) == WHERE


def test_a_part_is_shown_deliberately_and_stopped_by_itself(
    cast: Cast, case: Case, address: ConfidentialAddress
) -> None:
    show(cast, case, cast.health)
    assert family.show_address(address=address, by=cast.health) == WHERE
    share(cast, case, cast.health)  # sharing the case again neither takes the part away nor gives more
    assert gate.can(cast.health, Permission.ADDRESS_VIEW, case)
    access.stop_showing(case=case, frm=cast.health, reason="Visits have ended", by=cast.practitioner)
    assert not gate.can(cast.health, Permission.ADDRESS_VIEW, case)
    assert gate.can(cast.health, Permission.CASE_VIEW, case)
    assert gate.can(cast.health, Permission.HEALTH_VIEW, case)


def test_a_part_ends_with_the_sight_of_the_case(cast: Cast, case: Case) -> None:
    ends = timezone.now() + dt.timedelta(days=2)
    access.stop_sharing(case=case, frm=cast.health, reason="Renewed", by=cast.practitioner)
    share(cast, case, cast.health, expires_at=ends)
    show(cast, case, cast.health, expires_at=ends + dt.timedelta(days=90))
    given = case.user_grants.get(user=cast.health, permission__codename=Section.ADDRESS.value)
    assert given.expires_at == ends


def test_an_exclusion_beats_the_part_too(cast: Cast, case: Case, address: ConfidentialAddress) -> None:
    show(cast, case, cast.agency("police"))
    exclusions.exclude(case=case, user=cast.police, reason="Knows the family", by=cast.privacy)
    with pytest.raises(NotVisible):
        family.show_address(address=address, by=cast.police)
    with acting_for(cast.police):
        assert not SealedAddress.objects.exists()


def test_breaking_the_glass_opens_the_case_and_no_part_of_it(
    cast: Cast, case: Case, address: ConfidentialAddress, as_: As
) -> None:
    emergency.break_glass(
        sought=Sought(reference=case.reference), kind=EmergencyKind.HEALTH, reason="In the ward", by=cast.duty
    )
    page = as_("duty").get(f"/cases/{case.reference}/")
    assert "There is a confidential address" in page.content.decode()
    assert "ask Priya Raman, Social care" in page.content.decode()
    for rest in ("address/", "health/"):
        assert as_("duty").get(f"/cases/{case.reference}/{rest}").status_code == 403
    assert parts_held(case, cast.duty) == []


# ------------------------------------------------------------------------------------------ PostgreSQL


def test_postgresql_shows_a_part_to_whom_it_was_given(
    cast: Cast, case: Case, address: ConfidentialAddress
) -> None:
    note(cast, case)
    for person in (cast.practitioner, cast.health, cast.police, cast.manager):
        with acting_for(person):
            assert ConfidentialAddress.objects.filter(pk=address.pk).exists()
            assert SealedAddress.objects.exists() == (person == cast.practitioner)
            assert HealthNote.objects.exists() == (person in (cast.practitioner, cast.health))


@pytest.mark.parametrize(
    "codename", [Section.ADDRESS.value, Section.MINUTES.value, Section.INTELLIGENCE.value]
)
def test_an_injected_grant_of_a_part_is_refused(cast: Cast, case: Case, codename: str) -> None:
    """Anyone who works on a case writes its grants; a part that they do not hold they give nobody, least themselves."""
    wanted = DjangoPermission.objects.get(codename=codename)
    seen = CaseUserObjectPermission.objects.get(user=cast.health, permission__codename="view_case")
    with acting_for(cast.health):
        with pytest.raises(ProgrammingError), transaction.atomic():
            CaseUserObjectPermission.objects.create(
                user=cast.health, content_object=case, permission=wanted, source="share", reason="Mine",
                lawful_basis=LAWFUL_BASIS, granted_by=cast.manager,
            )  # fmt: skip
        with pytest.raises(ProgrammingError), transaction.atomic():
            CaseUserObjectPermission.objects.filter(pk=seen.pk).update(permission=wanted)


def test_who_shows_a_part_writes_the_grant_as_themselves(cast: Cast, case: Case) -> None:
    """Nothing of a deliberate act is done as the system: PostgreSQL asks whether the giver holds the part."""
    with acting_for(cast.practitioner):
        show(cast, case, cast.health)
    assert gate.can(cast.health, Permission.ADDRESS_VIEW, case)


# ------------------------------------------------------------------------------------------ confidential addresses


def test_the_open_address_leaves_the_record_and_cannot_come_back(
    cast: Cast, case: Case, address: ConfidentialAddress, as_: As
) -> None:
    child = Case.objects.get(pk=case.pk).child
    assert (child.address, child.postcode, child.ward) == ("", "", "")
    fields = {"address": "1 Old Street", "given_name": child.given_name}
    with pytest.raises(AddressIsConfidential):
        identity.change_identity(
            case=case,
            version=child.version,
            fields=fields,
            aliases=[],
            exploitation_models=[],
            by=cast.police,
        )
    family.end_address(address=address, by=cast.practitioner)
    identity.change_identity(
        case=case, version=child.version, fields=fields, aliases=[], exploitation_models=[], by=cast.police
    )
    child.refresh_from_db()
    assert child.address == "1 Old Street"


def test_it_is_shown_once_asked_for_and_the_look_is_on_record(
    cast: Cast, case: Case, address: ConfidentialAddress, as_: As
) -> None:
    client, page = as_("practitioner"), f"/cases/{case.reference}/address/{address.pk}/"
    for before in (page, f"/cases/{case.reference}/address/"):
        assert "Quernmore" not in client.get(before).content.decode()
    assert not AuditEvent.objects.filter(action=Action.ADDRESS_SHOWN).exists()
    shown = client.post(page)
    assert "Quernmore House" in shown.content.decode()
    assert shown["Cache-Control"] == "private, no-store"
    event = AuditEvent.objects.get(action=Action.ADDRESS_SHOWN)
    assert (event.actor, event.object_id, event.case_id) == (cast.practitioner, address.pk, case.pk)
    assert "Quernmore" not in str(event.detail) + event.reason


def test_those_who_see_the_case_know_that_there_is_one(
    case: Case, address: ConfidentialAddress, as_: As
) -> None:
    text = as_("police").get(f"/cases/{case.reference}/").content.decode()
    assert "There is a confidential address" in text
    assert "You may not see it. If you need it for your work, ask Priya Raman, Social care." in text
    assert f"/cases/{case.reference}/address/" not in text
    assert ConfidentialReason.REFUGE.label not in text
    folds = as_("police").get(f"/cases/{case.reference}/").context["folds"]
    home = {row.label: row.value for fold in folds if fold.title == "Home and school" for row in fold.rows}
    assert (home["Address"], home["Ward"]) == ("Confidential", "Confidential")
    assert (
        f"/cases/{case.reference}/address/"
        in as_("practitioner").get(f"/cases/{case.reference}/").content.decode()
    )


@pytest.mark.django_db(transaction=True)
def test_an_address_lies_nowhere_in_the_database_in_clear(cast: Cast) -> None:
    """Not in its own row, nor in what the audit keeps of changed rows, nor in a job, an event or a session."""
    case = make_case(cast)
    client = Client()
    client.force_login(cast.practitioner, backend="allauth.account.auth_backends.AuthenticationBackend")
    posted = {"kind": "home", "address": WHERE, "reason": "risk"}
    assert client.post(f"/cases/{case.reference}/address/new/", posted).status_code == 302
    marked = ConfidentialAddress.objects.get()
    assert "Quernmore" in client.post(f"/cases/{case.reference}/address/{marked.pk}/").content.decode()
    family.end_address(address=marked, by=cast.practitioner)
    assert tables_that_say("Quernmore") == []
    assert {"cases_sealedaddress", "audit_changedvalue"} <= set(tables_that_say("gAAAA"))


def tables_that_say(word: str) -> list[str]:
    """Every table of the portal and its audit with these letters in some row."""
    name = transaction.get_connection().settings_dict["NAME"]
    found = []
    with superuser(name) as cursor:
        cursor.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'audit', 'gate')"
        )
        for schema, table in cursor.fetchall():
            cursor.execute(
                f'SELECT EXISTS (SELECT FROM "{schema}"."{table}" t WHERE t::text LIKE %s)', [f"%{word}%"]
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


# ------------------------------------------------------------------------------------------ health


def note(cast: Cast, case: Case, by: User | None = None) -> HealthNote:
    return family.add_note(
        case=case, topic=HealthTopic.SEXUAL, happened_on=timezone.localdate(), text=DETAIL,
        for_others=SENTENCE, by=by or cast.health,
    )  # fmt: skip


def test_health_writes_and_those_it_was_given_to_read(cast: Cast, case: Case, as_: As) -> None:
    note(cast, case)
    page = f"/cases/{case.reference}/health/"
    for name in ("practitioner", "health"):
        assert DETAIL in as_(name).get(page).content.decode()
    for name in ("manager", "police"):
        assert as_(name).get(page).status_code == 403
        overview = as_(name).get(f"/cases/{case.reference}/").content.decode()
        assert (
            "Health and identity detail is kept apart. If you need it for your work, ask Priya Raman, Social care."
            in overview
        )
        assert page not in overview
    event = AuditEvent.objects.get(action=Action.HEALTH_RECORDED)
    assert event.detail == {"for_others": True}


@pytest.mark.parametrize("name", ["practitioner", "police", "manager"])
def test_nobody_writes_for_health(cast: Cast, case: Case, name: str) -> None:
    with pytest.raises(NotPermitted):
        note(cast, case, by=cast.people[name])


def test_the_ward_adds_to_health_detail_only_once_it_was_shown_it(cast: Cast, case: Case, as_: As) -> None:
    emergency.break_glass(
        sought=Sought(reference=case.reference), kind=EmergencyKind.HEALTH, reason="In the ward", by=cast.duty
    )
    note(cast, case)
    with pytest.raises(NotPermitted):
        note(cast, case, by=cast.duty)
    show(cast, case, cast.duty, Section.HEALTH)
    page = as_("duty").get(f"/cases/{case.reference}/health/").content.decode()
    assert DETAIL in page
    assert "health/new/" in page
    assert note(cast, case, by=cast.duty).recorded_by == cast.duty


def test_a_meeting_reads_the_sentence_and_not_the_detail(cast: Cast, case: Case, as_: As) -> None:
    note(cast, case)
    meeting = start_meeting(cast, case)
    for name in ("police", "manager", "practitioner"):
        text = read_meeting(as_(name), meeting)
        assert SENTENCE in text
        assert DETAIL not in text
    sections.set_family_in_room(meeting=meeting, present=True, by=cast.manager)
    assert SENTENCE not in read_meeting(as_("police"), meeting)


# ------------------------------------------------------------------------------------------ the access page


def test_a_part_is_shown_and_stopped_through_the_pages(cast: Cast, case: Case, as_: As) -> None:
    lead, page = as_("practitioner"), f"/cases/{case.reference}/access/parts/"
    said = {
        "part": Section.ADDRESS.value, "to": "agency", "agency": str(cast.agency("police").pk),
        "reason": "Plans a visit", "lawful_basis": LAWFUL_BASIS,
    }  # fmt: skip
    assert set(lead.post(page, {"to": "agency"}).context["form"].errors) == {
        "part", "agency", "reason", "lawful_basis",
    }  # fmt: skip
    assert lead.post(page, said).status_code == 302
    assert gate.can(cast.police, Permission.ADDRESS_VIEW, case)
    stop = f"{page}stop/agency/{cast.agency('police').pk}/"
    assert stop in lead.get(f"/cases/{case.reference}/access/").content.decode()
    assert lead.post(stop, {"reason": "The visit is over"}).status_code == 302
    assert not gate.can(cast.police, Permission.ADDRESS_VIEW, case)
    assert gate.can(cast.police, Permission.CASE_VIEW, case)
    assert AuditEvent.objects.get(action=Action.SECTION_GIVEN).detail == {"part": Section.ADDRESS.value}
