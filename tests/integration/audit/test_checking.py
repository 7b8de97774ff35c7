"""The check of the audit from its command line to its event, with what it found put in its place."""

import datetime as dt
import uuid
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from structlog.testing import capture_logs

from cse_portal.accounts.models import Membership, User
from cse_portal.audit import context, keeping, recorder
from cse_portal.audit.actions import Action
from cse_portal.audit.management.commands.audit_export import Command as Export
from cse_portal.audit.management.commands.audit_verify import LESS
from cse_portal.audit.management.commands.audit_verify import Command as Verify
from cse_portal.audit.models import AuditEvent, Seal
from cse_portal.audit.recorder import blinded, blinded_words, know_memberships, memberships_of, record
from cse_portal.audit.sealing import TABLES
from cse_portal.audit.standalone import Problem
from tests.cast import Cast
from tests.database import superuser

pytestmark = pytest.mark.django_db
WRONG = Problem("seal 3", "its signature is not ours")
DAY = dt.date(2026, 11, 1)


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[dict[str, Any]]]:
    """The check finds these; returns how it was asked, each time."""

    def set_up(*problems: Problem) -> list[dict[str, Any]]:
        asked: list[dict[str, Any]] = []

        def looks(**how: Any) -> list[Problem]:
            asked.append(how)
            return list(problems)

        monkeypatch.setattr(keeping.verification, "problems", looks)
        return asked

    return set_up


def checked() -> AuditEvent:
    return AuditEvent.objects.get(action=Action.AUDIT_CHECKED)


# ------------------------------------------------------------------------------------------------------- the check


def test_a_check_of_everything_is_on_record_and_logs_nothing_when_all_is_well(finds: Any) -> None:
    asked = finds()
    with capture_logs() as logged:
        assert keeping.check() == []
    assert asked == [{"since": None, "share": 0.0, "with_values": False}]
    assert logged == []
    assert checked().actor is None
    assert checked().detail == {"problems": 0, "since": "", "share": 1.0, "values": False}


def test_what_is_wrong_is_logged_line_by_line_and_counted(finds: Any) -> None:
    asked = finds(WRONG, WRONG)
    since = timezone.make_aware(dt.datetime.combine(DAY, dt.time(0, 30)))
    with capture_logs() as logged:
        assert keeping.check(since=since, share=0.25, with_values=True) == [WRONG, WRONG]
    assert asked == [{"since": since, "share": 0.25, "with_values": True}]
    assert logged == [
        {"event": "the audit is not as it was sealed", "problems": [str(WRONG)] * 2, "log_level": "error"}
    ]
    assert checked().detail == {"problems": 2, "since": "2026-11-01", "share": 0.25, "values": True}


def test_the_command_says_how_much_it_looked_at(finds: Any) -> None:
    asked, said = finds(), StringIO()
    call_command("audit_verify", "--no-values", stdout=said)
    assert asked == [{"since": None, "share": 0.0, "with_values": False}]
    looked_at = f"{Seal.objects.count()} seals: what was looked at is as it was sealed."
    assert said.getvalue() == f"{looked_at} What changed rows held was not opened. {LESS}\n"
    assert checked().request_id is not None
    said = StringIO()
    call_command("audit_verify", "--since", "2026-11-01", stdout=said)
    assert said.getvalue() == f"{looked_at} What changed rows held was opened. {LESS}\n"
    said = StringIO()
    call_command("audit_verify", stdout=said)
    everything = f"{Seal.objects.count()} seals: everything is as it was sealed."
    assert said.getvalue() == f"{everything} What changed rows held was opened.\n"


@pytest.mark.parametrize(
    ("key", "words", "opens"),
    [
        ("ad" * 32, [], True), ("ad" * 32, ["--values"], True), ("ad" * 32, ["--no-values"], False),
        ("", [], False), ("", ["--no-values"], False), ("", ["--values"], True),
    ],
)  # fmt: skip
def test_the_command_opens_what_changed_rows_held_where_it_has_the_key_and_was_not_told_otherwise(
    finds: Any, settings: Any, key: str, words: list[str], *, opens: bool
) -> None:
    settings.AUDIT_VALUES_KEY = key
    asked, said = finds(), StringIO()
    call_command("audit_verify", *words, stdout=said)
    assert [each["with_values"] for each in asked] == [opens]
    assert ("was opened." in said.getvalue(), "was not opened." in said.getvalue()) == (opens, not opens)


def test_whoever_asks_for_what_changed_rows_held_without_the_key_is_told_what_is_missing(
    settings: Any, cast: Cast
) -> None:
    keeping.keep()
    settings.AUDIT_VALUES_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="AUDIT_VALUES_KEY"):
        call_command("audit_verify", "--values", stdout=StringIO())


def test_the_command_looks_from_a_day_on_and_into_values_and_fails_with_each_thing(finds: Any) -> None:
    asked, said = finds(WRONG), StringIO()
    with pytest.raises(
        CommandError, match=r"^1 things are not as they were sealed\. What changed rows held was opened\.$"
    ):
        call_command("audit_verify", "--since", "2026-11-01", stdout=said)
    midnight = timezone.make_aware(dt.datetime.combine(DAY, dt.time.min))
    assert asked == [{"since": midnight, "share": 0.0, "with_values": True}]
    assert said.getvalue() == f"{WRONG}\n"


def test_the_command_explains_itself_and_refuses_a_day_that_is_none() -> None:
    words = " ".join(Verify().create_parser("manage.py", "audit_verify").format_help().split())
    assert "--since SINCE rows sealed from this day on (YYYY-MM-DD)" in words
    assert (
        "--values, --no-values also open what changed rows held; as a rule, where AUDIT_VALUES_KEY is there"
        in words
    )
    with pytest.raises(CommandError, match="since"):
        call_command("audit_verify", "--since", "yesterday")


def test_an_export_goes_into_a_folder_that_is_there_or_not_yet(tmp_path: Path) -> None:
    record(Action.AUDIT_BEAT, by=None, detail={"problems": []})
    for folder in (tmp_path / "not" / "there", tmp_path / "not" / "there"):
        said = StringIO()
        call_command("audit_export", str(folder), stdout=said)
        for stream in TABLES:
            rows = len((folder / f"{stream}.jsonl").read_text().splitlines())
            assert f"{rows} rows of {stream}" in said.getvalue()
    assert "folder" in Export().create_parser("manage.py", "audit_export").format_help()


# ------------------------------------------------------------------------------------------- whether it still checks


def test_the_watch_is_silent_until_two_nights_have_passed_without_a_check() -> None:
    assert not Seal.objects.exists()
    assert keeping.last_check() == ""
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        record(Action.AUDIT_CHECKED, by=None, detail={"problems": 0, "since": ""})
    with time_machine.travel(now + keeping.RECENT, tick=False):
        assert keeping.last_check() == ""
    with time_machine.travel(now + keeping.RECENT + dt.timedelta(seconds=1), tick=False):
        assert keeping.last_check() == keeping.NOT_CHECKED
        record(Action.AUDIT_CHECKED, by=None, detail={"problems": 1, "since": ""})
        assert keeping.last_check() == keeping.NOT_AS_SEALED


def test_a_check_noted_while_the_clock_was_ahead_silences_nothing() -> None:
    now = timezone.now()
    with time_machine.travel(now - dt.timedelta(days=3)):
        record(Action.AUDIT_CHECKED, by=None, detail={"problems": 0, "since": ""})
    with time_machine.travel(now + dt.timedelta(days=400)):
        record(Action.AUDIT_CHECKED, by=None, detail={"problems": 0, "since": ""})
        keeping.beat()
    assert keeping.last_check() == keeping.NOT_CHECKED
    beats = AuditEvent.objects.filter(action=Action.AUDIT_BEAT)
    assert beats.count() == 1
    keeping.beat()
    keeping.beat()
    assert beats.count() == 2


@pytest.mark.django_db(transaction=True)
def test_what_the_last_check_found_is_told_though_an_earlier_one_was_noted_while_the_clock_was_ahead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was a day and a half ahead and found nothing; put right, the next night's finds what was tampered with."""
    now = timezone.now()
    for later, found in ((36, []), (24, [WRONG])):
        monkeypatch.setattr(keeping.verification, "problems", lambda found=found, **how: found)
        with time_machine.travel(now + dt.timedelta(hours=later)):
            keeping.check_by_night()
    for later in (24, 37):
        with time_machine.travel(now + dt.timedelta(hours=later, minutes=1)):
            assert keeping.last_check() == keeping.NOT_AS_SEALED


@pytest.mark.django_db(transaction=True)
def test_what_was_found_is_told_until_a_later_check_looked_at_everything_and_found_nothing(
    finds: Any,
) -> None:
    finds(WRONG)
    keeping.check_by_night()
    finds()
    since = timezone.now() - dt.timedelta(days=1)
    for looks_at_less in (
        keeping.check_by_night,
        keeping.check,
        lambda: keeping.check(since=since, with_values=True),
        lambda: keeping.check(since=since, share=1.0),
    ):
        looks_at_less()
        assert keeping.last_check() == keeping.NOT_AS_SEALED
    keeping.check(with_values=True)
    assert keeping.last_check() == ""
    finds(WRONG)
    keeping.check()
    assert keeping.last_check() == keeping.NOT_AS_SEALED
    finds()
    keeping.check(since=since, share=1.0, with_values=True)
    assert keeping.last_check() == ""


@pytest.mark.django_db(transaction=True)
def test_what_was_found_while_the_clock_was_ahead_is_told_before_that_moment_and_after(finds: Any) -> None:
    finds(WRONG)
    now = timezone.now()
    with time_machine.travel(now + dt.timedelta(hours=36)):
        keeping.check_by_night()
    finds()
    assert keeping.last_check() == keeping.NOT_AS_SEALED
    with time_machine.travel(now + dt.timedelta(hours=24)):
        keeping.check_by_night()
        assert keeping.last_check() == keeping.NOT_AS_SEALED
    with time_machine.travel(now + dt.timedelta(hours=37)):
        assert keeping.last_check() == keeping.NOT_AS_SEALED
        keeping.check(with_values=True)
        assert keeping.last_check() == ""


@pytest.mark.django_db(transaction=True)
def test_a_sign_of_life_is_none_when_its_moment_comes_if_the_databases_own_clock_was_ahead() -> None:
    """The machine's clock was put right: of what it had noted before, a moment comes while the portal does not."""
    keeping.beat()
    move_beats("10 minutes")
    keeping.beat()
    ahead, since = AuditEvent.objects.filter(action=Action.AUDIT_BEAT).order_by("txid")
    move_beats("-9 minutes", ahead)
    move_beats("6 minutes", since)
    beats = AuditEvent.objects.filter(action=Action.AUDIT_BEAT)
    keeping.beat()
    assert beats.count() == 3
    keeping.beat()
    assert beats.count() == 3
    move_beats("-36 hours", beats.order_by("-txid")[0])
    keeping.beat()
    assert beats.count() == 4


def move_beats(back: str, beat: AuditEvent | None = None) -> None:
    """As though they had been written that much earlier by the database's clock; or this one alone."""
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE audit_auditevent SET written_at = written_at - %s::interval"
            " WHERE action = %s AND id = COALESCE(%s::uuid, id)",
            [back, Action.AUDIT_BEAT, beat and str(beat.pk)],
        )


@pytest.mark.django_db(transaction=True)
def test_a_sign_of_life_noted_while_the_clock_was_ahead_is_none_when_that_moment_comes() -> None:
    noted = timezone.now() + dt.timedelta(hours=36)
    with time_machine.travel(noted):
        keeping.beat()
    with superuser(connection.settings_dict["NAME"]) as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_auditevent SET written_at = written_at - interval '36 hours'")
    beats = AuditEvent.objects.filter(action=Action.AUDIT_BEAT)
    with time_machine.travel(noted + dt.timedelta(minutes=1)):
        keeping.beat()
        assert beats.count() == 2
        keeping.beat()
        assert beats.count() == 2


def test_a_database_that_does_not_answer_counts_as_late_and_as_not_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr(keeping.connection, "cursor", fails)
    assert keeping.seals_are_late() is True
    monkeypatch.setattr(AuditEvent.objects, "filter", fails)
    monkeypatch.setattr(keeping.transaction, "atomic", fails)
    assert keeping.last_check() == keeping.NOT_CHECKED


# ------------------------------------------------------------------------------------------------ the recorder's parts


def test_the_words_of_a_search_are_blinded_each_alone_whatever_their_order_case_accents_and_hyphens() -> None:
    assert blinded_words("  Zoë  O’Hara-Smith ") == blinded_words("smith OHARA zoe")
    assert blinded_words("zoe zoe") == [blinded("zoe")]
    assert blinded_words("b_c.d") == sorted([blinded("b"), blinded("cd")])
    assert blinded_words("St. John's") == sorted([blinded("st"), blinded("johns")])
    assert blinded_words("Zoë") == [blinded("zoe")]
    assert blinded_words("ﬁve") == [blinded("five")]  # a ligature, as some programs paste it
    assert blinded_words("?!") == []
    many = blinded_words(" ".join(f"word{number}" for number in range(20)))
    assert many == sorted(blinded(f"word{number}") for number in range(recorder.MOST_WORDS))


def test_a_blinded_search_is_the_same_for_the_same_words_and_readable_by_nobody() -> None:
    assert blinded("Amelia  Fictional") == blinded(" amelia fictional")
    assert blinded("amelia") != blinded("amelie")
    assert len(blinded("amelia")) == 64
    assert "amelia" not in blinded("amelia")


def test_where_many_work_is_read_once_for_the_request(cast: Cast) -> None:
    people = [User.objects.get(pk=person.pk) for person in (cast.health, cast.police)]
    strange = Membership(user=cast.health)
    with context.request():
        know_memberships({people[0].pk: [strange], people[1].pk: []})
        with CaptureQueriesContext(connection) as asked:
            assert memberships_of(people[0]) == [strange]
            assert memberships_of(people[1]) == []
        assert len(asked) == 0
    with context.request():
        assert [each.agency.code for each in memberships_of(people[0])] == ["health"]
    assert recorder.read_memberships([]) == {}
    assert list(recorder.read_memberships([cast.board, cast.health])) == [cast.board.pk, cast.health.pk]


def test_an_event_says_who_where_what_and_why_and_its_reason_is_cut(cast: Cast) -> None:
    with context.request(uuid.UUID(int=7)):
        event = record(
            Action.CASE_VIEWED, by=cast.health, obj=cast.health, case=cast.police, reason="x" * 600,
            detail={"page": "overview", "on": DAY},
        )  # fmt: skip
    kept = AuditEvent.objects.get(pk=event.pk)
    assert (kept.actor, kept.agency, kept.role) == (cast.health, cast.agency("health"), "practitioner")
    assert (kept.object_type, kept.object_id, kept.case_id) == (
        "accounts.User",
        cast.health.pk,
        cast.police.pk,
    )
    assert (kept.reason, kept.request_id) == ("x" * 500, uuid.UUID(int=7))
    assert kept.detail == {"page": "overview", "on": "2026-11-01"}
    assert kept.at == event.at
    bare = AuditEvent.objects.get(pk=record(Action.AUDIT_BEAT, by=None).pk)
    assert (bare.actor, bare.agency, bare.role, bare.object_type, bare.object_id, bare.case_id) == (
        None, None, "", "", None, None
    )  # fmt: skip
    assert (bare.reason, bare.detail) == ("", {})
