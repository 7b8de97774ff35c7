"""PostgreSQL by itself: a bundle goes its way by its own steps, each taken by who may, in their own name.

Each attempt is a statement past the code, by somebody who sees the bundle; beside it stand the services' own steps,
taken as the person of whom they ask.
"""

from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cases.choices import (
    EmergencyKind,
    Ground,
    IdentityProof,
    ItemKind,
    NameChoice,
    ReaderVerdict,
    SubjectAccessState,
)
from cases.models import (
    Case,
    Concern,
    Disclosure,
    SubjectAccessItem,
    SubjectAccessPassage,
    SubjectAccessRequest,
)
from cases.selectors.emergency import Sought
from cases.services import access, emergency
from cases.services import subject_access as services
from cases.services.subject_access.marking import Decided
from cse_portal.accounts.models import User
from tests.access.test_row_security import acting_for
from tests.access.test_second_layer import sent
from tests.cast import Cast
from tests.factories import subject_access as made
from tests.factories.cases import LAWFUL_BASIS, make_case, make_child
from tests.factories.concerns import make_concern
from tests.factories.intelligence import make_report

pytestmark = pytest.mark.django_db
WORRY = "Robyn says that Tamsin Oakley takes her to the arcade."
BUNDLES, ITEMS = "cases_subjectaccessrequest", "cases_subjectaccessitem"
TEXTS = "cases_subjectaccesspassage"


@pytest.fixture
def case(cast: Cast) -> Case:
    """Robyn's, on which the police work, with a concern and a report."""
    found = make_case(cast)
    concern = make_concern(cast.practitioner, worry=WORRY)
    Concern.objects.filter(pk=concern.pk).update(case=found)
    access.share(
        case=found, to=cast.agency("police"), reason="Joint work", lawful_basis=LAWFUL_BASIS, may_change=True,
        by=cast.manager,
    )  # fmt: skip
    make_report(cast, case=found)
    return found


@pytest.fixture
def reader(cast: Cast) -> User:
    """Selma, of the CSE team too."""
    return made.second_reader(cast)


def writes(by: User, table: str, words: str, row: Any, *more: Any) -> int:
    return sent(by, f"UPDATE {table} SET {words} WHERE id = %s", *more, row.pk)


def told_by_the_police(request: SubjectAccessRequest) -> SubjectAccessItem:
    return made.item_of_kind(request, ItemKind.INTELLIGENCE)


def as_it_is(row: Any) -> Any:
    return type(row)._default_manager.get(pk=row.pk)


# ------------------------------------------------------------------------------------------ the police's release

RELEASED = "released_at = now(), released_by_id = %s"


def test_what_the_police_told_is_released_by_the_police_in_their_own_name(
    cast: Cast, case: Case, reader: User
) -> None:
    request = made.assembled(case, cast.manager)
    text = told_by_the_police(request).passages.get()
    for person in (cast.manager, reader):
        for name in (person, cast.police):
            assert writes(person, TEXTS, RELEASED, text, name.pk) == 0
            assert writes(person, TEXTS, f"held = '', {RELEASED}", text, name.pk) == 0
    for words in (
        "needs_release = false",
        "needs_release = false, held = ''",
        "proposed = ''",
        "section = ''",
    ):
        for person in (cast.manager, cast.police):
            assert writes(person, TEXTS, words, text) == 0, words
    assert writes(cast.police, TEXTS, RELEASED, text, cast.manager.pk) == 0
    assert writes(cast.police, TEXTS, f"held = '', {RELEASED}", text, cast.police.pk) == 0
    assert as_it_is(text).waits_for_police

    with acting_for(cast.police):
        services.release(item=told_by_the_police(request), by=cast.police)
    for words in ("released_at = NULL, released_by_id = NULL", "released_at = now()"):
        for person in (cast.manager, cast.police):
            assert writes(person, TEXTS, words, text) == 0, words
    with acting_for(cast.manager):
        services.include_item(item=told_by_the_police(request), by=cast.manager)
    assert as_it_is(text).held == ""


def test_of_the_police_only_who_works_on_the_case_releases(cast: Cast, case: Case) -> None:
    request = made.assembled(case, cast.manager)
    text = told_by_the_police(request).passages.get()
    case.group_grants.filter(group=cast.agency("police").group, permission__codename="change_case").delete()
    with acting_for(cast.police):
        assert SubjectAccessPassage.objects.filter(pk=text.pk).exists()
    assert writes(cast.police, TEXTS, RELEASED, text, cast.police.pk) == 0


# ------------------------------------------------------------------------------------------ who prepares, who reads


def test_a_bundle_goes_its_whole_way_as_its_people_take_it(cast: Cast, case: Case, reader: User) -> None:
    """Maya and Selma take every step that there is, and PostgreSQL lets them."""
    today = timezone.localdate()
    with acting_for(cast.manager):
        given_up = services.receive(case=case, asked=made.asked(), by=cast.manager)
        services.close(request=given_up, reason="They no longer want it", by=cast.manager)
    request = made.assembled(case, cast.manager)
    with acting_for(cast.manager):
        services.check_identity(
            request=request, proof=IdentityProof.KNOWN, note="Rang her school", on=today, by=cast.manager
        )
        services.extend(request=request, reason="Three boxes", told_on=today, by=cast.manager)
        worry = made.passage_with(request, "Robyn says")
        services.hold(passage=worry, ground=Ground.LEGAL, by=cast.manager)
        services.include(passage=worry, by=cast.manager)
        services.mark_words(passage=worry, words="arcade", ground=Ground.POLICE, by=cast.manager)
        services.unmark(redaction=worry.redactions.get(), by=cast.manager)
        services.hold_item(item=worry.item, ground=Ground.LEGAL, by=cast.manager)
        services.include_item(item=worry.item, by=cast.manager)
        made.send(request, cast.manager)
    with acting_for(reader):
        first = request.items.select_related("request__case")[0]
        services.give_verdict(item=first, verdict=ReaderVerdict.RETURNED, note="Her aunt", by=reader)
        for item in request.items.filter(verdict=""):
            services.give_verdict(item=item, verdict=ReaderVerdict.AGREED, by=reader)
        assert services.finish_reading(request=request, by=reader).state == SubjectAccessState.PREPARING
    with acting_for(cast.manager):
        services.finish_item(item=as_it_is(first), by=cast.manager)
        services.send(request=request, by=cast.manager)
    with acting_for(reader):
        made.agreed(request, reader)
    with acting_for(cast.manager):
        services.take_back(request=request, by=cast.manager)
        services.send(request=request, by=cast.manager)
    with acting_for(reader):
        services.finish_reading(request=request, by=reader)
    with acting_for(cast.manager):
        disclosure = services.disclose(request=request, by=cast.manager)
    services.keep(disclosure=disclosure, pdf=b"%PDF-1.7", pages=1)
    assert as_it_is(request).state == SubjectAccessState.DISCLOSED


def test_no_bundle_is_ready_without_its_second_reader(cast: Cast, case: Case, reader: User) -> None:
    request = made.assembled(case, cast.manager)
    alone = (
        "state = 'ready', prepared_by_id = '{manager}', reader_id = '{reader}', read_at = now()",
        "state = 'reading', prepared_by_id = '{reader}', sent_at = now()",
        "state = 'reading', prepared_by_id = '{manager}', sent_at = now()",  # nobody said that its items are ready
        "worked_on_by = worked_on_by || '{reader}'::uuid",
        "reader_id = '{manager}'",
    )
    refused(request, cast.manager, alone, manager=cast.manager, reader=reader)
    made.send(request, cast.manager)
    hers = ("state = 'ready', read_at = now()", "reader_id = '{reader}'", "reader_id = '{manager}'", *alone)
    refused(request, cast.manager, hers, manager=cast.manager, reader=reader)
    # Selma may read it, and has not.
    assert (
        writes(reader, BUNDLES, "state = 'ready', read_at = now(), reader_id = %s", request, reader.pk) == 0
    )
    assert writes(reader, BUNDLES, "reader_id = %s", request, reader.pk) == 1
    assert writes(reader, BUNDLES, "state = 'ready', read_at = now()", request) == 0
    third = made.second_reader(cast, email="third@example.org")
    assert writes(third, BUNDLES, "reader_id = %s", request, third.pk) == 0
    assert writes(third, BUNDLES, "state = 'preparing', reader_id = NULL", request) == 1, "it is taken back"
    with acting_for(cast.manager):
        services.send(request=request, by=cast.manager)
    made.agreed(request, reader)
    for words in ("state = 'disclosed'", "read_at = now()", "reader_id = NULL", "prepared_by_id = reader_id"):
        for person in (cast.manager, reader):
            assert writes(person, BUNDLES, words, request) == 0, words


def refused(request: SubjectAccessRequest, by: User, attempts: tuple[str, ...], **people: User) -> None:
    keys = {name: str(person.pk) for name, person in people.items()}
    for words in attempts:
        assert writes(by, BUNDLES, words.format(**keys), request) == 0, words


def test_who_says_that_an_item_is_ready_or_agrees_to_it_says_so_for_themselves(
    cast: Cast, case: Case, reader: User
) -> None:
    request = made.assembled(case, cast.manager)
    item = request.items.all()[0]
    ready, agreed = "prepared_at = now(), prepared_by_id = %s", "verdict_at = now(), verdict_by_id = %s"
    for person, name in ((cast.manager, reader), (reader, reader), (reader, cast.manager)):
        assert writes(person, ITEMS, ready, item, name.pk) == 0
    for person in (cast.manager, reader):
        for name in (cast.manager, reader):
            assert writes(person, ITEMS, f"verdict = 'agreed', {agreed}", item, name.pk) == 0
        for words in ("title = 'x'", "kind = 'case'", "source = ''", "source_id = NULL", "sections = '{x}'"):
            assert writes(person, ITEMS, words, told_by_the_police(request)) == 0, words
    with acting_for(cast.manager):
        services.finish_item(item=item, by=cast.manager)
    made.send(request, cast.manager)
    for person, name in ((cast.manager, cast.manager), (cast.manager, reader), (reader, reader)):
        assert writes(person, ITEMS, f"verdict = 'agreed', {agreed}", item, name.pk) == 0, (
            "nobody is its reader"
        )
    with acting_for(reader):
        services.give_verdict(item=item, verdict=ReaderVerdict.AGREED, by=reader)
    for words in ("verdict = '', verdict_by_id = NULL, verdict_at = NULL", "prepared_at = NULL"):
        assert writes(cast.manager, ITEMS, words, item) == 0, words


def test_nobody_agrees_to_an_item_of_which_a_text_is_kept_apart_from_them(
    cast: Cast, case: Case, reader: User
) -> None:
    request = made.assembled(case, cast.manager)
    item = made.passage_with(request, "Robyn says").item
    made.send(request, cast.manager)
    item.passages.exclude(text__startswith="Robyn says").update(section="view_health_detail")
    assert writes(reader, BUNDLES, "reader_id = %s", request, reader.pk) == 1
    agreed = "verdict = 'agreed', verdict_at = now(), verdict_by_id = %s"
    assert writes(reader, ITEMS, agreed, item, reader.pk) == 0
    case.group_grants.all().delete()
    other = request.items.exclude(pk=item.pk)[0]
    assert writes(reader, ITEMS, agreed, other, reader.pk) == 0, "who sees the case no more"


def test_whoever_sees_a_case_in_an_emergency_moves_no_bundle_of_it(
    cast: Cast, case: Case, reader: User
) -> None:
    request = made.assembled(case, cast.manager)
    access.restrict(
        case=case,
        reason_code="WITNESS_PROTECTION",
        people=[cast.manager],
        lawful_basis=LAWFUL_BASIS,
        by=cast.manager,
    )
    emergency.break_glass(
        sought=Sought(reference=case.reference), kind=EmergencyKind.HEALTH, reason="Alone", by=reader
    )
    with acting_for(reader):
        assert SubjectAccessRequest.objects.filter(pk=request.pk).exists()
    mine = str(reader.pk)
    for words in (
        "state = 'closed', closed_at = now(), closing_reason = 'x', closed_by_id = %s",
        "worked_on_by = worked_on_by || %s::uuid",
        "identity_proof = 'known', identity_checked_on = now(), identity_checked_by_id = %s",
    ):
        assert writes(reader, BUNDLES, words, request, mine) == 0, words
    assert writes(cast.manager, BUNDLES, "closing_reason = closing_reason", request) == 1


def test_what_was_asked_stays_and_what_was_answered_is_over(cast: Cast, case: Case) -> None:
    request = made.received(case, cast.manager)
    for words in (
        "requester_name = 'Another'", "received_on = received_on - 9", "due_on = due_on + 900",
        "recorded_by_id = '{other}'", "asked_by = 'parent'", "identity_checked_by_id = '{other}'",
        "extension_reason = 'x', extension_told_on = now(), extended_by_id = '{other}'",
        "state = 'closed', closed_at = now(), closing_reason = 'x', closed_by_id = '{other}'",
    ):  # fmt: skip
        assert writes(cast.manager, BUNDLES, words.format(other=cast.health.pk), request) == 0, words
    with acting_for(cast.manager):
        services.close(request=request, reason="They no longer want it", by=cast.manager)
    reopened = "state = 'preparing', closed_at = NULL, closed_by_id = NULL, closing_reason = ''"
    assert writes(cast.manager, BUNDLES, reopened, request) == 0


# ------------------------------------------------------------------------------------------ what is left out of it


def test_words_are_left_out_or_put_in_while_it_is_prepared_by_who_is_on_record(
    cast: Cast, case: Case, reader: User
) -> None:
    request = made.assembled(case, cast.manager)
    passage = made.passage_with(request, "Robyn says")
    mark = """
        INSERT INTO cases_redaction (id, passage_id, starts_at, ends_at, grounds, marked_by_id, marked_at)
        SELECT gen_random_uuid(), %s, 0, 5, '{legal}', %s, now()
    """
    held = "held = 'legal', decided_at = now(), decided_by_id = %s"
    assert sent(cast.manager, mark, passage.pk, cast.manager.pk) == 0, "nobody has noted that she works on it"
    with acting_for(cast.manager):
        services.mark_words(passage=passage, words="arcade", ground=Ground.POLICE, by=cast.manager)
    for person, name in ((cast.manager, reader), (reader, cast.manager), (reader, reader)):
        assert sent(person, mark, passage.pk, name.pk) == 0
        assert writes(person, TEXTS, held, passage, name.pk) == 0
    assert sent(reader, "DELETE FROM cases_redaction") == 0
    assert sent(cast.manager, "UPDATE cases_redaction SET ends_at = ends_at + 1") == 0
    made.send(request, cast.manager)
    assert sent(cast.manager, "DELETE FROM cases_redaction") == 0
    assert sent(cast.manager, mark, passage.pk, cast.manager.pk) == 0
    assert writes(cast.manager, TEXTS, held, passage, cast.manager.pk) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cases_subjectaccesspassage SET held = 'legal', decided_by_id = gate.user_id() WHERE id = %s",
        "DELETE FROM cases_redaction WHERE passage_id = %s",
        """INSERT INTO cases_redaction (id, passage_id, starts_at, ends_at, grounds, marked_by_id, marked_at)
           SELECT gen_random_uuid(), %s, 2, 3, '{legal}', gate.user_id(), now()""",
    ],
)
def test_what_is_changed_past_the_code_is_said_ready_and_agreed_to_again(
    cast: Cast, case: Case, reader: User, statement: str
) -> None:
    request = made.assembled(case, cast.manager)
    passage = made.passage_with(request, "Robyn says")
    services.mark_words(passage=passage, words="arcade", ground=Ground.POLICE, by=cast.manager)
    made.agreed(made.send(request, cast.manager), reader)
    services.take_back(request=request, by=cast.manager)
    assert sent(cast.manager, statement, passage.pk) > 0
    item = as_it_is(passage.item)
    assert (item.verdict, item.verdict_by, item.prepared_at, item.prepared_by) == ("", None, None, None)
    assert request.items.filter(verdict="agreed").exists(), "of that item alone"
    sends = "state = 'reading', prepared_by_id = gate.user_id(), sent_at = now()"
    assert writes(cast.manager, BUNDLES, sends, request) == 0


def test_what_becomes_of_a_name_is_decided_for_oneself_and_what_shows_it_is_read_again(
    cast: Cast, case: Case, reader: User
) -> None:
    hidden = make_case(cast, child=make_child(given_name="Tamsin", family_name="Oakley"))
    access.restrict(
        case=hidden, reason_code="ADDRESS_CONFIDENTIAL", people=[cast.manager], lawful_basis=LAWFUL_BASIS,
        by=cast.manager,
    )  # fmt: skip
    request = made.assembled(case, cast.manager)
    name = request.names.get(name="Tamsin Oakley")
    stays = "choice = 'stays', reason = 'Her sister', decided_at = now(), decided_by_id = %s"
    assert writes(cast.manager, "cases_othername", stays, name, cast.manager.pk) == 0, (
        "nobody has noted that she works on it"
    )
    made.agreed(made.send_undecided(request, reader), made.second_reader(cast, email="third@example.org"))
    with acting_for(cast.manager):
        services.take_back(request=request, by=cast.manager)
        services.decide_names(request=request, decided={}, by=cast.manager)
    for words in ("name = 'x'", "source = ''", "source_id = NULL", "section = 'x'", "known_from = 'x'"):
        assert writes(cast.manager, "cases_othername", words, name) == 0, words
    assert writes(cast.manager, "cases_othername", stays, name, reader.pk) == 0
    assert writes(cast.manager, "cases_othername", stays, name, cast.manager.pk) == 1
    again = request.items.filter(prepared_at=None)
    assert {each.pk for each in again} == {made.passage_with(request, "Tamsin Oakley").item_id}
    with acting_for(cast.manager):
        left_out = {as_it_is(name): Decided(NameChoice.LEFT_OUT)}
        services.decide_names(request=request, decided=left_out, by=cast.manager)
    more = """
        INSERT INTO cases_othername (id, request_id, name, known_from, source, section, choice, reason)
        SELECT gen_random_uuid(), %s, 'Zed', 'x', '', '', '', ''
    """
    assert sent(cast.manager, more, request.pk) == 0


# ------------------------------------------------------------------------------------------ what it is of, what leaves


def test_nobody_writes_into_a_bundle_what_the_portal_did_not_assemble(cast: Cast, case: Case) -> None:
    request = made.assembled(case, cast.manager)
    item = """
        INSERT INTO cases_subjectaccessitem
            (id, request_id, "order", kind, title, source, sections, verdict, verdict_note)
        SELECT gen_random_uuid(), %s, 900, 'case', 'x', 'x', '{}', '', ''
    """
    text = """
        INSERT INTO cases_subjectaccesspassage
            (id, item_id, "order", label, source, section, text, sha256, proposed, held, held_note, needs_release)
        SELECT gen_random_uuid(), %s, 900, 'x', 'x', '', 'x', 'x', '', '', '', false
    """
    assert sent(cast.manager, item, request.pk) == 0
    assert sent(cast.manager, text, request.items.all()[0].pk) == 0
    services.close(request=request, reason="Asked again", by=cast.manager)
    for state, by in (("ready", cast.manager), ("preparing", cast.health)):
        assert sent(cast.manager, REQUEST, case.pk, state, by.pk) == 0
    assert sent(cast.health, REQUEST, case.pk, "preparing", cast.health.pk) == 0
    assert sent(cast.manager, REQUEST, case.pk, "preparing", cast.manager.pk) == 1


REQUEST = """
INSERT INTO cases_subjectaccessrequest
    (id, reference, case_id, state, asked_by, requester_name, authority, competence, competence_note, child_view,
     received_on, due_on, recorded_by_id, recorded_at, identity_proof, identity_note, extension_reason, worked_on_by,
     prepared_by_id, read_at, closing_reason)
SELECT gen_random_uuid(), 'SAR-X', c.case_id, c.state, 'child', 'x', '', 'adult', 'x', '', now(), now(), c.by, now(),
       '', '', '', '{}', CASE c.state WHEN 'ready' THEN c.by END, CASE c.state WHEN 'ready' THEN now() END, ''
FROM (SELECT %s::uuid case_id, %s::text state, %s::uuid by) c
"""
REGISTERED = """
INSERT INTO cases_disclosure
    (id, request_id, case_id, copy, request_reference, asked_by, received_on, due_on, disclosed_at, prepared_by_id,
     read_by_id, disclosed_by_id, items, withheld, pages, sha256, stored_as)
SELECT gen_random_uuid(), r.id, r.case_id, 'X', r.reference, r.asked_by, r.received_on, r.due_on, now(),
       r.prepared_by_id, COALESCE(%s::uuid, r.reader_id), %s, '[]', '{}', 0, '', ''
FROM cases_subjectaccessrequest r WHERE r.id = %s
"""


def test_the_register_says_who_read_it_and_who_disclosed_it_as_they_did(
    cast: Cast, case: Case, reader: User
) -> None:
    request = made.with_the_reader(case, cast.manager)
    third = made.second_reader(cast, email="third@example.org")
    assert sent(cast.manager, REGISTERED, reader.pk, cast.manager.pk, request.pk) == 0, "nobody has read it"
    made.agreed(request, reader)
    for by, read_by, name in (
        (cast.manager, third, cast.manager), (cast.manager, None, third), (reader, None, reader), (reader, None, third),
    ):  # fmt: skip
        assert sent(by, REGISTERED, read_by and read_by.pk, name.pk, request.pk) == 0
    assert writes(cast.manager, BUNDLES, "state = 'disclosed'", request) == 0, "it is in no register"
    with acting_for(cast.manager):
        disclosure = services.disclose(request=request, by=cast.manager)
    anothers = "made_at = now(), pages = 1, sha256 = 'x', stored_as = 'documents/another'"
    for person in (cast.manager, reader):
        assert writes(person, "cases_disclosure", anothers, disclosure) == 0
    assert not Disclosure.objects.exclude(stored_as="").exists()


def test_no_person_removes_any_of_it_but_words_left_out() -> None:
    tables = ("request", "item", "passage")
    kept = (*(f"cases_subjectaccess{each}" for each in tables), "cases_othername", "cases_disclosure")
    with connection.cursor() as cursor:
        for table in kept:
            cursor.execute("SELECT has_table_privilege('cse_app', %s, 'DELETE')", [table])
            assert cursor.fetchone() == (False,), table
