"""The smaller parts of the audit: the request beside the code, the sink, the key, the words of the triggers."""

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
import time_machine

from cse_portal import acting
from cse_portal.audit import context, recorder, sink
from cse_portal.audit.chain import NO_SEAL
from cse_portal.audit.chain import Seal as Header

ONE = uuid.UUID("00000000-0000-4000-8000-000000000001")


def test_everything_in_a_request_has_its_id_and_origin_and_nothing_outside_has_them() -> None:
    context.remember_origin(session="outside", network="outside")
    assert context.origin() == ("", "")
    assert context.request_id() != context.request_id()
    with context.request() as made:
        context.remember_origin(session="a", network="b")
        assert context.request_id() == made
        with context.request(ONE) as inner:
            assert inner == context.request_id() == ONE
            assert context.origin() == ("", "")
        assert (context.request_id(), context.origin()) == (made, ("a", "b"))
    assert context.origin() == ("", "")


@pytest.mark.django_db
def test_a_job_is_a_request_of_the_system() -> None:
    with acting.acting(acting.NOBODY):
        with context.job() as made:
            assert context.request_id() == made
            assert acting.current() is acting.SYSTEM
        assert acting.current() is acting.NOBODY


def test_the_sink_adds_each_seal_on_a_line_of_its_own_to_the_newest_file(
    tmp_path: Path, settings: Any
) -> None:
    settings.AUDIT_SEAL_SINK = str(tmp_path / "not" / "there yet")
    one, two, three, four = (Header(number, 1, 1, "", NO_SEAL, "") for number in range(1, 5))
    assert (sink.read(), sink.last()) == (({}, []), None)
    with time_machine.travel(dt.datetime(2027, 1, 31, 12, tzinfo=dt.UTC)):
        sink.add([one])
    with time_machine.travel(dt.datetime(2027, 2, 1, 12, tzinfo=dt.UTC)):
        sink.add([two])
    newest = sink.files()[-1]
    newest.write_text(newest.read_text() + '{"number": 3')  # the power failed
    with time_machine.travel(dt.datetime(2027, 1, 31, 12, tzinfo=dt.UTC)):  # the clock was put back
        sink.add([three, four])
    assert [file.name for file in sink.files()] == ["seals-2027-01.jsonl", "seals-2027-02.jsonl"]
    assert sink.read() == ({1: one, 2: two, 3: three, 4: four}, ["line 2 of seals-2027-02.jsonl: is no seal"])
    assert sink.last() == four


def test_what_was_searched_for_is_blinded_the_same_however_it_is_written() -> None:
    said = recorder.blinded("Robin  Testley ")
    assert said == recorder.blinded("robin testley")
    assert said != recorder.blinded("robin testly")
    assert "testley" not in said
    words = recorder.blinded_words("  Zoë O’Neil-Test zoe")
    assert words == sorted({recorder.blinded(word) for word in ("zoe", "oneil", "test")})
