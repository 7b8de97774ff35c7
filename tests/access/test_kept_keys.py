"""Nobody gives a row another key, to write one in its place by whose rules all that hangs on it would be read.

The statements are those somebody would inject: PostgreSQL looks at foreign keys only when a transaction ends, and finds
a row again to which everything leads.
"""

import uuid
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction

from cases.choices import Section
from cases.models import SealedAddress
from cases.services import access, sections
from cse_portal.accounts.models import User
from mase.models import LeftOut, MaseMeeting
from tests.access.test_row_security import acting_for
from tests.access.test_second_layer import (
    Move,
    a_concern,
    a_meeting,
    an_address,
    hidden,
    sent,
    the_minutes,
)
from tests.cast import Cast
from tests.factories import actions as factory
from tests.factories.cases import LAWFUL_BASIS, make_case
from tests.factories.intelligence import make_report
from tests.factories.meetings import make_meeting
from tests.integration.mase.test_left_out import case, everybody, files, leave
from tests.integration.mase.test_let_themselves_in import going_on, reads

__all__ = ["case", "everybody", "files", "going_on"]
pytestmark = pytest.mark.django_db

AWAY = "UPDATE {0} SET id = %s WHERE id = %s"
AGAIN = "INSERT INTO {0} SELECT (jsonb_populate_record(old, %s::jsonb || {1})).* FROM {0} old WHERE id = %s"


def put_in_its_place(by: User, table: str, row: uuid.UUID, **said: Any) -> bool:
    """Whether this person gives the row another key, and a copy that says something else the one it had."""
    away, words = uuid.uuid4(), ", ".join("%s::text, %s::text" for _ in said)
    other = [part for name, value in said.items() for part in (name, value and str(value))]
    try:
        with acting_for(by), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(AWAY.format(table), [away, row])
            assert cursor.rowcount == 1, "they see it"
            copied = AGAIN.format(table, f"jsonb_build_object({words})")
            cursor.execute(copied, [f'{{"id": "{row}"}}', *other, away])
    except ProgrammingError as refusal:
        if f"a row of {table} stays where it was written" in str(refusal):
            return False
        raise
    return True


def a_report(cast: Cast, old: Any, new: Any) -> Move:
    theirs, others = make_report(cast), make_report(cast)
    return "submission_id", cast.police, theirs.pk, others.submission_id


@pytest.mark.parametrize(
    ("table", "made", "more"),
    [
        ("cases_confidentialaddress", an_address, {}),
        ("cases_concern", a_concern, {"reference": "CON-2026-00001"}),
        ("mase_masemeeting", a_meeting, {}),
        ("mase_minutes", the_minutes, {}),
        (
            "intelligence_intelligencereport",
            a_report,
            {"reference": "INT-2026-00001", "handling": "C", "instructions": "Ring first."},
        ),
    ],
)
def test_no_row_is_written_in_the_place_of_another_under_other_rules(
    cast: Cast, table: str, made: Any, more: dict[str, str]
) -> None:
    column, by, row, parent = made(cast, make_case(cast), make_case(cast))
    assert not put_in_its_place(by, table, row, **{column: parent}, **more)
    assert sent(by, f"UPDATE {table} SET id = id WHERE id = %s", row) == 1, "what keeps its key is changed"


def test_a_hidden_address_does_not_come_under_another_childs(cast: Cast) -> None:
    """Hannah sees two cases, and the addresses of one: its open part in the other's place would show what is sealed."""
    hers, other = make_case(cast), make_case(cast)
    basis: dict[str, Any] = {"reason": "Joint work", "lawful_basis": LAWFUL_BASIS, "by": cast.practitioner}
    for each in (hers, other):
        access.share(case=each, to=cast.health, **basis)
    sections.show(case=hers, section=Section.ADDRESS, to=cast.health, **basis)
    address = hidden(other, cast.practitioner)
    assert not put_in_its_place(cast.health, "cases_confidentialaddress", address.pk, case_id=hers.pk)
    with acting_for(cast.health):
        assert not SealedAddress.objects.exists()


def test_nobody_left_out_writes_another_meeting_in_the_place_of_the_one_that_ended(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    """Owen, left out of it, would have it called off in the year 2000, before anybody was left out."""
    row = factory.end(everybody, going_on)
    leave(everybody, row, everybody.police)
    off = {
        "state": "cancelled", "booked_at": "2000-01-01", "cancelled_at": "2000-01-01", "cancelled_reason": "Snow",
        "cancelled_by_id": everybody.police.pk, "ended_at": None, "ended_by_id": None,
    }  # fmt: skip
    assert not put_in_its_place(everybody.police, "mase_masemeeting", row.pk, **off)
    assert not reads(everybody.police, row)


BOOK = """
INSERT INTO mase_masemeeting SELECT (jsonb_populate_record(m, jsonb_build_object(
    'id', gen_random_uuid(), 'state', %s::text, 'booked_at', '2000-01-01',
    'booked_by_id', gate.user_id(), 'ended_at', {ended}, 'ended_by_id', {by})
)).* FROM mase_masemeeting m WHERE id = %s
"""


def test_whoever_books_a_meeting_says_neither_that_it_is_over_nor_that_it_was_booked_before(
    everybody: Cast, going_on: MaseMeeting
) -> None:
    cast = everybody
    leave(cast, going_on, cast.agency("police"))
    row = factory.end(cast, going_on)
    for person in (cast.practitioner, cast.police, cast.manager):
        assert sent(person, BOOK.format(ended="now()", by="gate.user_id()"), "ended", row.pk) == 0
        assert sent(person, BOOK.format(ended="NULL", by="NULL"), "in_progress", row.pk) == 0
    assert sent(cast.practitioner, BOOK.format(ended="NULL", by="NULL"), "scheduled", row.pk) == 1
    assert MaseMeeting.objects.exclude(pk=row.pk).get().booked_at > LeftOut.objects.get().at


def test_a_meeting_is_booked_by_who_works_on_the_case(cast: Cast) -> None:
    row = make_case(cast)
    with acting_for(cast.practitioner):
        assert make_meeting(cast, row, by=cast.practitioner).state == "scheduled"
