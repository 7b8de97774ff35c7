"""Agreed minutes prove that nothing was changed since, also past the triggers that keep them."""

import pytest
from django.db import connection

from cases.record.choices import RiskCategory
from cse_portal.keys import new_key
from mase.meetings.models.meeting import Meeting
from mase.minutes import services as minutes
from mase.minutes.selectors.content import is_unchanged
from mase.minutes.selectors.content import is_unchanged as cmog_is_unchanged
from tests.access.test_addresses import signed_in
from tests.cast import Cast
from tests.database import superuser
from tests.factories import actions as factory
from tests.factories.cases import make_case
from tests.factories.cmog import agreed_minutes, corrected, end_cmog, item_of, send_out, start_cmog, write
from tests.factories.minutes import agreed

pytestmark = pytest.mark.django_db(transaction=True)
CHANGED = "These minutes are not as they were agreed"


def tamper(statement: str) -> None:
    """As somebody who owns the database may."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        assert cursor.rowcount > 0, statement


def test_what_somebody_changes_in_the_database_itself_is_seen(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.MEDIUM)
    meeting: Meeting = factory.end(cast, factory.running(cast, case, people=[cast.health]))
    row = agreed(cast, meeting)
    for text in ("It was a Tuesday.", "And a Wednesday."):
        minutes.add_addendum(meeting=meeting, key=new_key(), text=text, by=cast.manager)
    record = "UPDATE mase_minutescopy SET page = replace(page, '{}', '{}')"
    addendum = "UPDATE mase_minutesaddendum SET text = 'It was a {}.' WHERE number = 1"
    for change, undo in (
        (record.format("same things", "other things"), record.format("other things", "same things")),
        (addendum.format("Friday"), addendum.format("Tuesday")),
    ):
        tamper(change)
        assert not is_unchanged(row), change
        tamper(undo)
        assert is_unchanged(row)
    tamper("DELETE FROM mase_minutesaddendum WHERE number = 1")
    assert not is_unchanged(row)
    page = signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/minutes/").content.decode()
    assert CHANGED in page


def test_of_a_cmog_too_and_what_goes_with_a_childs_record_leaves_the_rest_provable(cast: Cast) -> None:
    case = make_case(cast, category=RiskCategory.HIGH)
    meeting = start_cmog(cast)
    item = write(item_of(meeting, case=case), notes="She was met by a car.", by=cast.manager)
    row = agreed_minutes(cast, send_out(cast, end_cmog(cast, meeting)))
    corrected(cast, meeting, item, text="She took the bus.")
    corrected(cast, meeting)
    for table, column, words in (
        ("mase_sentwords", "words", "She was met by a car."),
        ("mase_minutesaddendum", "text", "She took the bus."),
    ):
        tamper(f"UPDATE {table} SET {column} = 'Other words' WHERE item_id = '{item.pk}'")
        assert not cmog_is_unchanged(row), table
        assert CHANGED in signed_in(cast, "manager").get(f"/meetings/{meeting.pk}/minutes/").content.decode()
        tamper(f"UPDATE {table} SET {column} = '{words}' WHERE item_id = '{item.pk}'")
        assert cmog_is_unchanged(row)
    for table in ("mase_minutesaddendum", "mase_sentwords"):
        tamper(f"DELETE FROM {table} WHERE item_id = '{item.pk}'")
    tamper(f"DELETE FROM mase_agendaitem WHERE id = '{item.pk}'")
    assert cmog_is_unchanged(row)
