"""PostgreSQL by itself, as the application's role, in a person's name: nobody gives what no service would.

Each attempt is the statement that somebody would inject, or a service would send that forgot to ask the gate; beside it
stands the way that is meant.
"""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from cases.choices import (
    AddressKind,
    ConfidentialReason,
    EmergencyKind,
    EmergencyVerdict,
    Relation,
    Section,
)
from cases.models import BreakGlass, Case, Concern, ConfidentialAddress, Exclusion
from cases.selectors.emergency import Sought
from cases.services import access, declarations, emergency, episodes, exclusions, leads, sections
from cases.services.addresses import record_address
from cases.services.cases import open_case
from cases.services.episodes import Check
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts import services as accounts
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.reference import selectors as reference
from mase.models import CmogInvitation, CmogItem
from tests.access.test_row_security import acting_for
from tests.cast import Cast
from tests.database import superuser
from tests.factories import actions
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.cmog import start_cmog
from tests.factories.concerns import make_concern
from tests.factories.meetings import make_meeting
from tests.factories.subject_access import assembled, received

GIVE = """
INSERT INTO cases_caseuserobjectpermission
    (user_id, content_object_id, permission_id, source, source_id, reason, lawful_basis, granted_by_id, granted_at,
     expires_at)
SELECT %s, %s, gate.permission(%s), %s, %s, 'r', 'b', %s, now(), %s
"""
EXCLUDE = """
INSERT INTO cases_exclusion (id, child_id, user_id, basis, reason, proposed_at, decide_by, decided_note)
SELECT gen_random_uuid(), %s, %s, 'decided', 'r', now(), now(), ''
"""
GIVE_AGENCY = """
INSERT INTO cases_casegroupobjectpermission
    (group_id, content_object_id, permission_id, source, reason, lawful_basis, granted_by_id, granted_at)
SELECT %s, %s, gate.permission(%s), 'share', 'r', 'b', %s, now()
"""


REFUSED = (
    "row-level security", "permission denied", "only those who", "stays the case", "stays where", "led from when",
    "stays as it was", "not written again", "no person writes", "nobody is asked with", "only the chair",
    "another person",
)  # fmt: skip


def sent(by: User, statement: str, *words: Any) -> int:
    """How many rows it changed, in this person's name; none where PostgreSQL refuses it."""
    try:
        with acting_for(by), transaction.atomic():
            return told(statement, words)
    except ProgrammingError as refusal:
        if any(each in str(refusal) for each in REFUSED):
            return 0
        raise


def told(statement: str, words: tuple[Any, ...]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, words)
        return int(cursor.rowcount)


def gives(by: User, to: User, case: Case, codename: str, **said: Any) -> bool:
    source = said.get("source", "share")
    words = (
        to.pk,
        case.pk,
        codename,
        source,
        said.get("source_id"),
        said.get("granted_by", by).pk,
        said.get("until"),
    )
    return sent(by, GIVE, *words) > 0


def broken(case: Case, by: User) -> BreakGlass:
    found = emergency.break_glass(
        sought=Sought(reference=case.reference), kind=EmergencyKind.HEALTH, reason="Brought in alone", by=by
    )
    assert found is not None
    return found


def sees(person: User) -> bool:
    with acting_for(person):
        return Case.objects.exists()


# ------------------------------------------------------------------------------------------ what shuts somebody out


def test_nobody_lets_themselves_back_into_a_case(cast: Cast) -> None:
    case = make_case(cast)
    exclusions.exclude(case=case, user=cast.practitioner, reason="Knows the family", by=cast.privacy)
    exclusions.exclude(case=case, agency=cast.agency("police"), reason="A colleague", by=cast.privacy)
    other = make_case(cast)
    for person in (cast.practitioner, cast.police, cast.manager):
        assert sent(person, "DELETE FROM cases_exclusion") == 0
        assert (
            sent(person, "UPDATE cases_exclusion SET user_id = %s, agency_id = NULL", cast.outsider.pk) == 0
        )
        assert sent(person, "UPDATE cases_exclusion SET child_id = %s", other.child_id) == 0
        assert sent(person, EXCLUDE, other.child_id, cast.manager.pk) == 0
    assert Exclusion.objects.count() == 2
    with acting_for(cast.practitioner):
        assert list(Case.objects.all()) == [other]


def test_a_privacy_officer_decides_on_others_and_not_on_their_own_conflict(cast: Cast) -> None:
    theirs, others = make_case(cast), make_case(cast)
    exclusions.exclude(case=theirs, user=cast.practitioner, reason="Knows the family", by=cast.privacy)
    exclusions.exclude(
        case=theirs, agency=cast.agency("business-unit"), reason="A colleague's child", by=cast.privacy
    )
    with acting_for(cast.privacy):
        exclusion = exclusions.exclude(case=others, user=cast.practitioner, reason="An aunt", by=cast.privacy)
        assert (
            exclusions.exclude(case=others, user=cast.practitioner, reason="An aunt", by=cast.privacy)
            == exclusion
        )
    assert sent(cast.privacy, "DELETE FROM cases_exclusion WHERE child_id = %s", theirs.child_id) == 0
    assert (
        sent(
            cast.privacy,
            "UPDATE cases_exclusion SET child_id = %s WHERE child_id = %s",
            others.child_id,
            theirs.child_id,
        )
        == 0
    )
    with acting_for(cast.privacy):
        exclusions.lift(exclusion=exclusion, reason="It was another child", by=cast.privacy)
    assert {each.child_id for each in Exclusion.objects.holding()} == {theirs.child_id}


def test_what_was_declared_is_taken_back_and_never_rewritten(cast: Cast) -> None:
    with acting_for(cast.practitioner):
        declared = declarations.declare(
            relation=Relation.FAMILY, given_name="Robin", family_name="Marsh", date_of_birth=None, address="",
            postcode="", by=cast.practitioner,
        )  # fmt: skip
    for statement in (
        "DELETE FROM cases_declaration",
        "UPDATE cases_declaration SET family_name = 'Other'",
        "UPDATE cases_declaration SET user_id = gate.user_id()",
    ):
        assert sent(cast.practitioner, statement) == 0
    others = "UPDATE cases_declaration SET withdrawn_at = now() WHERE user_id <> gate.user_id()"
    assert sent(cast.outsider, others) == 0
    with acting_for(cast.practitioner):
        declarations.withdraw(declaration=declared, by=cast.practitioner)
    declared.refresh_from_db()
    assert declared.withdrawn_at is not None


# ------------------------------------------------------------------------------------------ what a case says of itself


def test_a_restriction_is_set_and_lifted_by_those_who_may(cast: Cast) -> None:
    case = make_case(cast)
    loosen = "UPDATE cases_case SET is_restricted = false, restricted_reason = ''"
    restrict = "UPDATE cases_case SET is_restricted = true, restricted_reason = 'x'"
    assert sent(cast.practitioner, restrict) == 0
    with acting_for(cast.manager):
        access.restrict(
            case=case,
            reason_code="WITNESS_PROTECTION",
            people=[cast.practitioner],
            lawful_basis=LAWFUL_BASIS,
            by=cast.manager,
        )
    assert sent(cast.practitioner, loosen) == 0
    assert sees(cast.practitioner)
    with acting_for(cast.manager):
        access.lift_restriction(case=case, reason="They left", by=cast.manager)
    case.refresh_from_db()
    assert not case.is_restricted


def test_whoever_only_sees_a_case_makes_nobody_its_lead_and_no_case_becomes_another_childs(
    cast: Cast,
) -> None:
    case, hidden = make_case(cast), make_child()
    access.share(
        case=case, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.manager, may_change=True
    )
    broken(case, cast.duty)
    for person in (cast.duty, cast.health):
        assert sent(person, "UPDATE cases_case SET lead_professional_id = gate.user_id()") == 0
        assert sent(person, "UPDATE cases_case SET lead_agency_id = gate.agency_id()") == 0
    assert sent(cast.manager, "UPDATE cases_case SET child_id = %s", hidden.pk) == 0
    assert sent(cast.health, "UPDATE cases_case SET last_activity_at = now()") == 1


@pytest.mark.parametrize("restricted", [False, True])
def test_a_lead_gives_the_case_to_another(cast: Cast, restricted: bool) -> None:
    case = make_case(cast)
    colleague = accounts.add_person(
        email="colleague@example.org",
        full_name="Cora Lyle",
        agency=cast.agency("csc"),
        role=Role.PRACTITIONER,
    )
    if restricted:
        access.restrict(
            case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
        )
    with acting_for(cast.practitioner):
        leads.assign_lead(
            case=case, version=case.version, agency=cast.agency("csc"), professional=colleague, reason="Moves on",
            lawful_basis=LAWFUL_BASIS, by=cast.practitioner,
        )  # fmt: skip
    assert sees(colleague)
    assert sees(cast.practitioner) is not restricted
    with acting_for(cast.manager):
        case.refresh_from_db()
        leads.assign_lead(
            case=case, version=case.version, agency=cast.agency("cse-team"), professional=cast.manager,
            reason="Takes it on", lawful_basis=LAWFUL_BASIS, by=cast.manager,
        )  # fmt: skip
    assert case.user_grants.filter(user=cast.manager, permission__codename="change_case").exists()


def test_a_lead_who_gives_a_restricted_case_to_another_agency_leaves_their_own_no_part_of_it(
    cast: Cast,
) -> None:
    case = make_case(cast)
    access.restrict(
        case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
    )
    with acting_for(cast.practitioner):
        leads.assign_lead(
            case=case, version=case.version, agency=cast.agency("cse-team"), professional=cast.manager,
            reason="Takes it on", lawful_basis=LAWFUL_BASIS, by=cast.practitioner,
        )  # fmt: skip
    csc = case.group_grants.filter(group=cast.agency("csc").group)
    assert not csc.filter(permission__codename__in=Section.values).exists()
    assert not case.user_grants.filter(user=cast.practitioner).exists()


# ------------------------------------------------------------------------------------------ what is given


def test_an_emergency_gives_sight_for_its_own_four_hours_and_nothing_else(cast: Cast) -> None:
    case = make_case(cast)
    assert not gives(cast.duty, cast.duty, case, "view_case", source="break_glass", until=timezone.now())
    with acting_for(cast.duty):
        opened = broken(case, cast.duty)
    assert sees(cast.duty)
    mine = {"source": "break_glass", "source_id": opened.pk}
    soon, later = timezone.now() + dt.timedelta(hours=1), opened.ends_at + dt.timedelta(seconds=30)
    assert not gives(cast.duty, cast.duty, case, "view_case")
    assert not gives(cast.duty, cast.duty, case, "change_case")
    assert not gives(cast.duty, cast.duty, case, "change_case", **mine, until=soon)
    assert not gives(cast.duty, cast.duty, case, "view_case", source="break_glass", until=soon)
    assert not gives(cast.duty, cast.outsider, case, "view_case")
    assert not gives(cast.duty, cast.outsider, case, "view_case", **mine, until=soon)
    for codename in ("view_case", "change_case"):
        assert (
            sent(
                cast.duty,
                GIVE_AGENCY,
                cast.duty.memberships.get().agency.group_id,
                case.pk,
                codename,
                cast.duty.pk,
            )
            == 0
        )
    others = case.user_grants.exclude(user=cast.duty).count(), case.group_grants.count()
    for statement in (
        "DELETE FROM cases_caseuserobjectpermission WHERE user_id <> gate.user_id()",
        "DELETE FROM cases_casegroupobjectpermission",
        "UPDATE cases_caseuserobjectpermission SET expires_at = NULL",
        "UPDATE cases_caseuserobjectpermission SET permission_id = gate.permission('change_case')",
        "UPDATE cases_casegroupobjectpermission SET group_id = gate.group_id()",
        "UPDATE cases_breakglass SET ends_at = now() + interval '9 days'",
        "UPDATE cases_breakglass SET reason = 'Another'",
    ):
        assert sent(cast.duty, statement) == 0, statement
    assert sent(cast.duty, "UPDATE cases_caseuserobjectpermission SET expires_at = %s", later) == 0
    assert (case.user_grants.exclude(user=cast.duty).count(), case.group_grants.count()) == others
    with acting_for(cast.privacy):
        emergency.review(
            emergency=opened, verdict=EmergencyVerdict.UNNECESSARY, note="Was not needed", by=cast.privacy
        )
    assert not sees(cast.duty)
    assert not gives(cast.duty, cast.duty, case, "view_case", **mine, until=soon)


def test_an_emergency_is_written_down_for_four_hours_at_most_and_in_ones_own_name(cast: Cast) -> None:
    case, shut = make_case(cast), make_case(cast)
    exclusions.exclude(case=shut, user=cast.duty, reason="A nephew", by=cast.privacy)
    write = """
        INSERT INTO cases_breakglass (id, case_id, user_id, agency_id, kind, reason, opened_at, ends_at, review_by,
                                      verdict, verdict_note)
        SELECT gen_random_uuid(), %s, %s, gate.agency_id(), 'health', 'r', now(), now() + %s::interval, now(), '', ''
    """
    assert sent(cast.duty, write, case.pk, cast.duty.pk, "5 hours") == 0
    assert sent(cast.duty, write, shut.pk, cast.duty.pk, "4 hours") == 0
    assert sent(cast.duty, write, case.pk, cast.manager.pk, "4 hours") == 0
    assert sent(cast.practitioner, write, case.pk, cast.practitioner.pk, "4 hours") == 0
    assert sent(cast.duty, write, case.pk, cast.duty.pk, "4 hours") == 1


def test_nobody_gives_themselves_anything_and_work_on_it_is_given_by_who_works_on_it(cast: Cast) -> None:
    case = make_case(cast)
    access.share(case=case, to=cast.health, reason="Nurse", lawful_basis=LAWFUL_BASIS, by=cast.manager)
    for person, to in (
        (cast.manager, cast.manager),
        (cast.practitioner, cast.practitioner),
        (cast.health, cast.outsider),
    ):
        assert not gives(person, to, case, "change_case")
        assert not gives(person, to, case, "view_case")
    assert not gives(cast.manager, cast.outsider, case, "view_case", granted_by=cast.practitioner)
    assert not gives(cast.manager, cast.outsider, case, "view_health_detail")
    assert gives(cast.manager, cast.outsider, case, "change_case")
    assert gives(cast.practitioner, cast.outsider, case, "view_health_detail")
    assert not sees(cast.board)


def test_sharing_showing_a_part_and_stopping_stay_possible(cast: Cast) -> None:
    case = make_case(cast)
    basis: dict[str, Any] = {"reason": "Works with the child", "lawful_basis": LAWFUL_BASIS}
    with acting_for(cast.practitioner):
        for holder in (cast.health, cast.agency("education")):
            for _ in range(2):
                access.share(case=case, to=holder, may_change=True, by=cast.practitioner, **basis)
        sections.show(case=case, section=Section.ADDRESS, to=cast.health, by=cast.practitioner, **basis)
        with pytest.raises(access.NotToYourself):
            access.share(case=case, to=cast.practitioner, by=cast.practitioner, **basis)
        with pytest.raises(access.NotToYourself):
            sections.show(
                case=case, section=Section.ADDRESS, to=cast.practitioner, by=cast.practitioner, **basis
            )
    assert gate.can(cast.health, Permission.ADDRESS_VIEW, case)
    assert gate.can(cast.outsider, Permission.CASE_CHANGE, case)
    with acting_for(cast.practitioner):
        sections.stop_showing(case=case, frm=cast.health, reason="Done", by=cast.practitioner)
        access.stop_sharing(case=case, frm=cast.health, reason="Done", by=cast.practitioner)
        access.stop_sharing(case=case, frm=cast.agency("education"), reason="Done", by=cast.practitioner)
    assert not sees(cast.health)
    assert not sees(cast.outsider)


def test_a_case_is_opened_restricted_closed_and_opened_again_by_who_leads_it_themselves(cast: Cast) -> None:
    child = make_child()
    with acting_for(cast.manager):
        case = open_case(
            child=child, lead_agency=cast.agency("cse-team"), lead_professional=cast.manager, reason="Opened",
            lawful_basis=LAWFUL_BASIS, by=cast.manager,
        )  # fmt: skip
        access.restrict(
            case=case, reason_code="WITNESS_PROTECTION", people=[], lawful_basis=LAWFUL_BASIS, by=cast.manager
        )
        checks = [Check(entry.code, done=True) for entry in reference.codes("step-down")]
        episodes.close_case(case=case, code="C3", reason="Moved", checklist=checks, by=cast.manager)
        episodes.reopen_case(case=case, reason="Back", lawful_basis=LAWFUL_BASIS, by=cast.manager)
        access.lift_restriction(case=case, reason="Over", by=cast.manager)
    held = case.user_grants.filter(user=cast.manager).values_list("permission__codename", flat=True)
    assert {"view_case", "change_case", *Section.values} <= set(held)


def test_a_case_that_is_being_opened_is_given_to_nobody_by_name_before_the_team(cast: Cast) -> None:
    case = make_case(cast)
    case.user_grants.all().delete()
    case.group_grants.all().delete()
    group = cast.agency("cse-team").group_id
    assert not gives(cast.manager, cast.outsider, case, "view_case")
    assert not gives(cast.manager, cast.manager, case, "view_case")
    assert (
        sent(
            cast.practitioner,
            GIVE_AGENCY,
            cast.agency("csc").group_id,
            case.pk,
            "view_case",
            cast.practitioner.pk,
        )
        == 0
    )
    assert (
        sent(cast.manager, GIVE_AGENCY, cast.agency("csc").group_id, case.pk, "view_case", cast.manager.pk)
        == 0
    )
    assert sent(cast.manager, GIVE_AGENCY, group, case.pk, "view_case", cast.manager.pk) == 1


# ------------------------------------------------------------------------------------------ where a row was written

WHERE = "Quernmore House, 4 Nowhere Lane, B70 0ZZ"


def hidden(case: Case, by: User) -> ConfidentialAddress:
    return record_address(
        case=case, kind=AddressKind.HOME, address=WHERE, reason=ConfidentialReason.REFUGE, by=by
    )


def test_an_address_is_not_taken_to_a_case_whose_addresses_one_reads(cast: Cast) -> None:
    """Hannah sees two cases, and the addresses of one: she takes the other's hidden address there, and looks."""
    hers, other = make_case(cast), make_case(cast)
    basis: dict[str, Any] = {"reason": "Joint work", "lawful_basis": LAWFUL_BASIS, "by": cast.practitioner}
    for case in (hers, other):
        access.share(case=case, to=cast.health, **basis)
    sections.show(case=hers, section=Section.ADDRESS, to=cast.health, **basis)
    address = hidden(other, cast.practitioner)
    with acting_for(cast.health), transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(ProgrammingError, match="stays where it was written"), transaction.atomic():
            cursor.execute("UPDATE cases_confidentialaddress SET case_id = %s", [hers.pk])
        cursor.execute("UPDATE cases_confidentialaddress SET case_id = case_id")
        assert cursor.rowcount == 1, "what stays in its place is changed as before"
        cursor.execute("SELECT count(*) FROM cases_sealedaddress")
        assert cursor.fetchone() == (0,)
    address.refresh_from_db()
    assert address.case == other


@pytest.mark.parametrize(
    "table",
    [
        "cases_confidentialaddress", "cases_sealedaddress", "cases_subjectaccessrequest", "cases_subjectaccessitem",
        "mase_masemeeting", "mase_minutes", "mase_invitation", "mase_agendaitem", "cases_concern",
    ],
)  # fmt: skip
def test_a_row_stays_with_the_parent_under_which_it_was_written(cast: Cast, table: str) -> None:
    """Maya works on both cases and moves nothing from one to the other, whichever of their rules she passes."""
    old, new = make_case(cast), make_case(cast)
    column, by, row, parent = {
        "cases_confidentialaddress": an_address, "cases_sealedaddress": a_seal,
        "cases_subjectaccessrequest": a_request, "cases_subjectaccessitem": an_item, "mase_masemeeting": a_meeting,
        "mase_minutes": the_minutes, "mase_invitation": a_seat, "mase_agendaitem": an_agenda_item,
        "cases_concern": a_concern,
    }[table](cast, old, new)  # fmt: skip
    with acting_for(by), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE id = %s", [row])
        assert cursor.fetchone() == (1,)
    assert sent(by, f"UPDATE {table} SET {column} = %s WHERE id = %s", parent, row) == 0
    assert sent(by, f"UPDATE {table} SET {column} = {column} WHERE id = %s", row) == 1


def test_an_action_that_was_issued_is_taken_off_by_nobody_to_write_another_in_its_place(cast: Cast) -> None:
    """Maya may take one off while its meeting runs; once it is issued, what was said of it hangs on it."""
    meeting = actions.running(cast, make_case(cast))
    taken_off, kept = (
        actions.agreed(cast, meeting, owner=cast.practitioner, agency=cast.agency("csc")) for _ in range(2)
    )
    assert sent(cast.manager, "DELETE FROM mase_planaction WHERE id = %s", taken_off.pk) == 1
    actions.end(cast, meeting)
    assert sent(cast.manager, "DELETE FROM mase_planaction WHERE id = %s", kept.pk) == 0


Move = tuple[str, User, uuid.UUID, uuid.UUID]


def an_address(cast: Cast, old: Case, new: Case) -> Move:
    return "case_id", cast.practitioner, hidden(old, cast.practitioner).pk, new.pk


def a_seal(cast: Cast, old: Case, new: Case) -> Move:
    theirs, others = (hidden(each, cast.practitioner) for each in (old, new))
    return "address_id", cast.practitioner, theirs.sealed.pk, others.pk


def a_request(cast: Cast, old: Case, new: Case) -> Move:
    return "case_id", cast.manager, received(old, cast.manager).pk, new.pk


def an_item(cast: Cast, old: Case, new: Case) -> Move:
    row = assembled(old, cast.manager).items.all()[0]
    return "request_id", cast.manager, row.pk, received(new, cast.manager).pk


def a_meeting(cast: Cast, old: Case, new: Case) -> Move:
    return "case_id", cast.manager, make_meeting(cast, old).pk, new.pk


def the_minutes(cast: Cast, old: Case, new: Case) -> Move:
    meeting = actions.end(cast, actions.running(cast, old))
    return "meeting_id", cast.manager, meeting.minutes.pk, make_meeting(cast, new).pk


def a_seat(cast: Cast, old: Case, new: Case) -> Move:
    seat = make_meeting(cast, old).invitations.get(person=cast.manager)
    return "meeting_id", cast.manager, seat.pk, make_meeting(cast, new).pk


def an_agenda_item(cast: Cast, old: Case, new: Case) -> Move:
    item = make_meeting(cast, old).agenda.all()[0]
    return "meeting_id", cast.manager, item.pk, make_meeting(cast, new).pk


def a_concern(cast: Cast, old: Case, new: Case) -> Move:
    concern = make_concern(cast.practitioner)
    Concern.objects.filter(pk=concern.pk).update(case=old)
    return "case_id", cast.manager, concern.pk, new.pk


def test_a_table_of_ones_own_shadows_none_of_those_that_shut_somebody_out(cast: Cast) -> None:
    """Also in a database whose operator let the portal's role make some, with which it does not start."""
    case = make_case(cast)
    exclusions.exclude(case=case, user=cast.practitioner, reason="Knows the family", by=cast.privacy)
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute(f"GRANT TEMPORARY ON DATABASE {connection.settings_dict['NAME']} TO cse_app")
    try:
        with acting_for(cast.practitioner), transaction.atomic(), connection.cursor() as cursor:
            for name in ("cases_exclusion", "accounts_membership", "auth_permission", "cases_case"):
                cursor.execute(
                    f"CREATE TEMPORARY TABLE {name} (LIKE public.{name}); GRANT SELECT ON {name} TO PUBLIC"
                )
            cursor.execute("SELECT count(*) FROM public.cases_case")
            assert cursor.fetchone() == (0,)
            transaction.set_rollback(True)
    finally:
        with superuser(connection.settings_dict["NAME"]) as cursor:
            cursor.execute(f"REVOKE TEMPORARY ON DATABASE {connection.settings_dict['NAME']} FROM cse_app")


def test_whoever_was_asked_to_one_cmog_reads_it_and_writes_nothing_of_it(cast: Cast) -> None:
    meeting = start_cmog(cast)
    CmogInvitation.objects.create(
        meeting=meeting, person=cast.health, agency=cast.agency("health"), invited_by=cast.manager
    )
    with acting_for(cast.health):
        assert CmogItem.objects.filter(meeting=meeting).exists()
    for statement in (
        "UPDATE mase_cmogitem SET decision = 'Nothing to do.'", "DELETE FROM mase_cmogitem",
        "UPDATE mase_cmogmeeting SET version = version + 1", "DELETE FROM mase_cmogmeeting",
    ):  # fmt: skip
        assert sent(cast.health, statement) == 0, statement
    assert sent(cast.manager, "UPDATE mase_cmogitem SET decision = 'Write to the takeaway.'") > 0


def test_an_officer_who_is_shut_out_of_a_case_reads_nobody_elses_exclusion_from_it_nor_its_reference(
    cast: Cast,
) -> None:
    case = make_case(cast)
    shown = "SELECT count(*) FROM cases_exclusion WHERE user_id = %s AND gate.reference_of(child_id) <> ''"
    exclusions.exclude(case=case, user=cast.health, reason="An aunt", by=cast.privacy)
    with acting_for(cast.privacy), connection.cursor() as cursor:
        cursor.execute(shown, [cast.health.pk])
        assert cursor.fetchone() == (1,)
    exclusions.exclude(case=case, user=cast.privacy, reason="An uncle", by=cast.privacy)
    with acting_for(cast.privacy), connection.cursor() as cursor:
        cursor.execute(shown, [cast.health.pk])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT gate.reference_of(%s)", [case.pk])
        assert cursor.fetchone() == (None,)
        assert not Exclusion.objects.filter(user=cast.health).exists()
