"""The auditor's one file, line by line: what it accepts, what it names, and in which words."""

import hashlib
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cse_portal.audit import standalone
from cse_portal.audit.standalone import MARK, NO_SEAL, PURPOSE, Problem, Row, Seal

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEYS = {standalone.key_id(KEY.public_key()): KEY.public_key()}


def sha(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def row(key: str, words: str | None = None) -> Row:
    """A row as it was written."""
    digest = sha(words or f"row {key}")
    return Row(key, digest, digest)


def sealed(
    rows: list[Row],
    *,
    number: int = 1,
    stream: str = "event",
    previous: str = NO_SEAL,
    key: Ed25519PrivateKey = KEY,
) -> Seal:
    """These rows under one seal."""
    bare = Seal(
        number=number, stream=stream, sealed_at=1_700_000_000_000_000, first_txid=100, first_id=rows[0].id,
        last_txid=100 + number, last_id=rows[-1].id, rows=len(rows),
        root=standalone.root_of(each.fresh for each in rows),
        marks="".join(each.fresh[: 2 * MARK] for each in rows), previous=previous,
        key_id=standalone.key_id(key.public_key()),
    )  # fmt: skip
    return signed(bare, key)


def signed(seal: Seal, key: Ed25519PrivateKey = KEY) -> Seal:
    seal = replace(seal, digest=seal.computed_digest())
    return replace(seal, signature=key.sign(PURPOSE + bytes.fromhex(seal.digest)).hex())


def chain(length: int = 3) -> list[Seal]:
    """Seals upon one another."""
    made: list[Seal] = []
    for number in range(1, length + 1):
        previous = made[-1].digest if made else NO_SEAL
        made.append(sealed([row(f"{number}a"), row(f"{number}b")], number=number, previous=previous))
    return made


def changed(**words: object) -> str:
    """A line of the sink in which something else stands."""
    return json.dumps({**asdict(chain(1)[0]), **words})


def said(problems: Iterator[Problem] | list[Problem]) -> list[str]:
    return [str(each) for each in problems]


# ------------------------------------------------------------------------------------------------------- the format


def test_a_seal_says_and_hashes_what_it_has_always_said_and_hashed() -> None:
    # Written out: a seal of ten years ago must still be read, and a change here would make every old one untrue.
    seal = Seal(
        number=7, stream="event", sealed_at=5, first_txid=1, first_id="a", last_txid=2, last_id="b", rows=2,
        root="r", marks="m", previous="p", key_id="k", digest="d", signature="s",
    )  # fmt: skip
    assert seal.line() == (
        '{"number":7,"stream":"event","sealed_at":5,"first_txid":1,"first_id":"a","last_txid":2,"last_id":"b",'
        '"rows":2,"root":"r","marks":"m","previous":"p","key_id":"k","digest":"d","signature":"s"}'
    )
    assert seal.computed_digest() == sha('[7,"event",5,1,"a",2,"b",2,"r","m","p","k"]')
    assert seal.last == (2, "b")


def test_marks_are_the_first_eight_bytes_of_each_row() -> None:
    rows = [row("a"), row("b"), row("c")]
    assert sealed(rows).sealed_marks == [each.fresh[:16] for each in rows]


def test_a_key_is_named_by_the_beginning_of_its_hash() -> None:
    public = KEY.public_key()
    assert standalone.key_id(public) == hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def test_a_root_is_one_hash_over_the_rows_in_order() -> None:
    first, second = sha("1"), sha("2")
    together = hashlib.sha256(bytes.fromhex(first) + bytes.fromhex(second)).hexdigest()
    assert standalone.root_of([first, second]) == together
    assert standalone.root_of([second, first]) != together


def test_the_sink_is_read_in_the_order_of_its_months(tmp_path: Path) -> None:
    first, second, third = chain()
    (tmp_path / "seals-2026-02.jsonl").write_text(third.line() + "\n")
    (tmp_path / "seals-2026-01.jsonl").write_text(f"{first.line()}\n\n{second.line()}\n")
    (tmp_path / "notes.txt").write_text("not a seal")
    assert standalone.read_sink(tmp_path) == ([first, second, third], [])


@pytest.mark.parametrize(
    "line",
    [
        "x", "[]", "7", '"a"', "{}", "[" * 100_000, "\x00\ufffd", '{"number":2,"stre',
        changed(note=1), changed(number="2"), changed(number=True), changed(number=1.5), changed(number=-1),
        changed(rows=None), changed(sealed_at="now"), changed(last_txid=1 << 63), changed(stream="another"),
        changed(stream=["event"]), changed(last_id=7), changed(stream="change", last_id="x"),
        changed(stream="change", last_id="1_0"), changed(stream="change", last_id="9" * 19), changed(marks=[]),
        changed(signature={}),
    ],
)  # fmt: skip
def test_a_line_that_is_no_seal_is_named_and_hides_no_other(tmp_path: Path, line: str) -> None:
    first, second, third = chain()
    file = tmp_path / "seals-2026-01.jsonl"
    file.write_text(f"{first.line()}\n{second.line()}\n{line}\n{third.line()}\n")
    assert standalone.read_sink(tmp_path) == (
        [first, second, third],
        [Problem("line 3 of seals-2026-01.jsonl", "is no seal")],
    )


def test_a_line_of_no_language_is_named(tmp_path: Path) -> None:
    (tmp_path / "seals-2026-01.jsonl").write_bytes(b"\xff\xfe\n" + chain(1)[0].line().encode())
    seals, unread = standalone.read_sink(tmp_path)
    assert (seals, said(unread)) == (chain(1), ["line 1 of seals-2026-01.jsonl: is no seal"])


# -------------------------------------------------------------------------------------------------------- the chain


def test_a_whole_chain_is_without_fault() -> None:
    assert said(standalone.check_chain(chain(), KEYS)) == []


def test_a_missing_seal_leaves_a_gap_and_a_broken_link() -> None:
    first, _, third = chain()
    assert said(standalone.check_chain([first, third], KEYS)) == [
        "seal 3: follows seal 1",
        "seal 3: does not stand upon the seal before it",
    ]
    assert said(standalone.check_chain([third], KEYS))[0] == "seal 3: follows seal 0"


def test_a_changed_seal_is_named_for_what_was_changed() -> None:
    first, second, third = chain()
    assert said(standalone.check_chain([first, replace(second, rows=3), third], KEYS)) == [
        "seal 2: was changed after it was signed"
    ]
    again = replace(second, rows=3)
    again = replace(again, digest=again.computed_digest())
    assert said(standalone.check_chain([first, again, third], KEYS)) == [
        "seal 2: is not signed by the portal's key",
        "seal 3: does not stand upon the seal before it",
    ]


@pytest.mark.parametrize("how", ["of a stranger", "none", "of another purpose", "under a name of ours"])
def test_only_our_own_signature_counts(how: str) -> None:
    seal = chain(1)[0]
    other = {
        "of a stranger": sealed([row("1a"), row("1b")], key=STRANGER),
        "none": replace(seal, signature="not hex"),
        "of another purpose": replace(seal, signature=KEY.sign(bytes.fromhex(seal.digest)).hex()),
        "under a name of ours": replace(
            seal, signature=STRANGER.sign(PURPOSE + bytes.fromhex(seal.digest)).hex()
        ),
    }[how]
    assert standalone.is_signed(seal, KEYS) is True
    assert standalone.is_signed(other, KEYS) is False


# ---------------------------------------------------------------------------------------------------------- a batch

BATCH = [row("a"), row("b"), row("c"), row("d")]
A, B, C, D = BATCH
FORGED = Row("b", B.carried, sha("another"))
REHASHED = Row("b", sha("another"), sha("another"))
BEYOND = row("e")


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        (BATCH, []),
        ([A, FORGED, C, D], ["seal 1, event b: is not as it was sealed"]),
        ([A, REHASHED, C, D], ["seal 1, event b: is not as it was sealed"]),
        ([A, Row("b", sha("only the hash"), B.fresh), C, D], ["seal 1, event b: its hash was changed"]),
        (
            [Row(each.id, sha("only the hash"), each.fresh) for each in BATCH],
            [f"seal 1, event {key}: its hash was changed" for key in "abcd"],
        ),
        ([A, C, D], ["seal 1, event row 2 of 4: is missing"]),
        ([C, D], ["seal 1, event row 1 of 4: is missing", "seal 1, event row 2 of 4: is missing"]),
        ([A, FORGED, D], ["seal 1, event b: is not as it was sealed", "seal 1, event row 3 of 4: is missing"]),
        ([*BATCH, BEYOND], ["seal 1, event e: was added later"]),
        ([A, B, C, BEYOND], ["seal 1, event e: is not as it was sealed"]),
        ([B, A, C, D], ["seal 1, event b: stands in another order than it was sealed, or twice"]),
        ([A, B, D, C], ["seal 1, event d: stands in another order than it was sealed, or twice"]),
        ([A, A, B, C, D], ["seal 1, event a: stands in another order than it was sealed, or twice"]),
        ([*BATCH, D], ["seal 1, event d: stands in another order than it was sealed, or twice"]),
        (
            [A, FORGED, C, D, BEYOND],
            ["seal 1, event b: is not as it was sealed", "seal 1, event e: is not as it was sealed"],
        ),
        ([], [f"seal 1, event row {at} of 4: is missing" for at in (1, 2, 3, 4)]),
    ],
)  # fmt: skip
def test_a_batch_names_every_row_that_is_not_as_it_was_sealed(rows: list[Row], problems: list[str]) -> None:
    assert said(standalone.check_batch(sealed(BATCH), rows)) == problems


def test_marks_that_fit_with_another_root_are_noticed() -> None:
    seal = replace(sealed(BATCH), root=sha("another"))
    assert said(standalone.check_batch(seal, BATCH)) == ["seal 1, event: its rows do not make up its root"]


def test_a_row_that_was_sealed_twice_and_stands_once_is_noticed_at_the_end() -> None:
    assert said(standalone.check_batch(sealed([A, B, A]), [A, B])) == [
        "seal 1, event at the end: stands in another order than it was sealed, or twice"
    ]


def test_a_seal_whose_number_of_rows_was_raised_hides_no_added_row() -> None:
    raised = replace(sealed(BATCH), rows=5)
    assert said(standalone.check_batch(raised, [*BATCH, BEYOND])) == [
        "seal 1, event e: is not as it was sealed"
    ]


def test_a_batch_shorter_than_its_seal_says_is_noticed() -> None:
    assert said(standalone.check_batch(replace(sealed(BATCH), rows=5), BATCH)) == []
    assert said(standalone.check_batch(sealed(BATCH), BATCH[:3])) == ["seal 1, event row 4 of 4: is missing"]


# --------------------------------------------------------------------------------------------------------- an export


NOON = 1_700_000_000_000_000
MINUTE = 60_000_000


def written(stream: str, key: object, txid: int, words: str = "as it was", at: int = NOON) -> tuple[str, Row]:
    """A line of an export, and its row."""
    text = json.dumps([stream, key, str(txid), words, at])
    return text, Row(str(key), sha(text), sha(text), at)


def export(folder: Path, stream: str, lines: list[tuple[str, str]]) -> None:
    """What `audit_export` writes: what each row says and the hash it carries."""
    text = "".join(json.dumps({"said": words, "hash": carried}) + "\n" for words, carried in lines)
    (folder / f"{stream}.jsonl").write_text(text)


class Audit:
    """Three changes under two seals, two events under one, and a row of each that waits for its seal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Numbered so that an order by text would be another.
        changes = [written("change", key, txid) for key, txid in ((9, 101), (10, 101), (11, 102), (12, 103))]
        events = [written("event", key, txid) for key, txid in (("e-1", 101), ("e-2", 101), ("e-3", 102))]
        first = self.seal([each for _, each in changes[:2]], 1, "change", 101, NO_SEAL)
        second = self.seal([each for _, each in events[:2]], 2, "event", 101, first.digest)
        third = self.seal([each for _, each in changes[2:3]], 3, "change", 102, second.digest)
        self.seals = [first, second, third]
        self.lines = {
            "change": [(words, each.carried) for words, each in changes],
            "event": [(words, each.carried) for words, each in events],
        }
        self.write()

    @staticmethod
    def seal(rows: list[Row], number: int, stream: str, txid: int, previous: str) -> Seal:
        made = sealed(rows, number=number, stream=stream, previous=previous)
        return signed(replace(made, last_txid=txid, last_id=rows[-1].id))

    def write(self) -> None:
        for stream, lines in self.lines.items():
            export(self.folder, stream, lines)
        (self.folder / "seals-2026-11.jsonl").write_text("".join(f"{seal.line()}\n" for seal in self.seals))

    def problems(self) -> list[str]:
        return said(standalone.check_export(self.folder, self.seals)[0])


@pytest.fixture
def audit(tmp_path: Path) -> Audit:
    return Audit(tmp_path)


def test_a_whole_export_is_without_fault(audit: Audit) -> None:
    assert audit.problems() == []


def test_an_export_in_which_everything_is_sealed_or_nothing_is_written_is_without_fault(audit: Audit) -> None:
    audit.lines = {stream: lines[:-1] for stream, lines in audit.lines.items()}
    audit.write()
    assert audit.problems() == []
    audit.lines, audit.seals = {"event": [], "change": []}, []
    audit.write()
    assert audit.problems() == []


@pytest.mark.parametrize(
    ("stream", "at", "problem"),
    [
        ("change", 0, "seal 1, change 9: is not as it was sealed"),
        ("change", 2, "seal 3, change 11: is not as it was sealed"),
        ("event", 1, "seal 2, event e-2: is not as it was sealed"),
        ("change", 3, "unsealed change 12: its hash was changed"),
        ("event", 2, "unsealed event e-3: its hash was changed"),
    ],
)
def test_an_edited_line_is_named_with_its_seal(audit: Audit, stream: str, at: int, problem: str) -> None:
    words, carried = audit.lines[stream][at]
    audit.lines[stream][at] = (words.replace("as it was", "otherwise"), carried)
    audit.write()
    assert audit.problems() == [problem]


def test_a_removed_line_is_missing_from_its_own_seal_alone(audit: Audit) -> None:
    del audit.lines["change"][0]
    audit.write()
    assert audit.problems() == ["seal 1, change row 1 of 2: is missing"]


def test_a_row_without_a_seal_waits_for_five_minutes_and_no_longer(audit: Audit) -> None:
    """Whoever hands over a sink without its end, or invents rows behind it, is found out by the time passed."""
    waited = [
        written("event", "e-4", 103, at=NOON + MINUTE),
        written("event", "e-5", 104, at=NOON + 6 * MINUTE),
    ]
    audit.lines["event"] += [(words, row.carried) for words, row in waited]
    audit.write()
    assert audit.problems() == [
        f"unsealed {stream} {row}: has waited more than five minutes for its seal"
        for stream, row in (("event", "e-3"), ("change", "12"))
    ]
    assert standalone.check_export(audit.folder, audit.seals)[1] == {"event": 3, "change": 1}


TOO_FAR = "was written more than ten minutes after the last seal"


@pytest.mark.parametrize("later", [10 * MINUTE + 1, 400 * 24 * 60 * MINUTE])
def test_an_act_that_never_happened_numbered_ahead_of_every_transaction_is_named_and_nothing_else(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], later: int
) -> None:
    """No sealer ever comes to it; and the rows that wait as they should do not answer for it."""
    words, row = written("event", "f-0", 10**12, at=NOON + later)
    audit.lines["event"].append((words, row.carried))
    audit.write()
    assert audit.problems() == [f"unsealed event f-0: {TOO_FAR}"]
    assert run(audit, monkeypatch, KEY) == 1
    assert capsys.readouterr().out.splitlines()[0] == f"unsealed event f-0: {TOO_FAR}"


def test_a_row_waits_for_its_seal_while_the_sealer_may_still_come(audit: Audit) -> None:
    """A quiet portal seals every five minutes that it is awake, and what was written in the minute before."""
    audit.lines = {
        stream: [
            *lines[:-1],
            *((words, row.carried) for words, row in [written(stream, 20, 110, at=NOON + 10 * MINUTE)]),
        ]
        for stream, lines in audit.lines.items()
    }
    audit.write()
    assert audit.problems() == []


def test_a_sealer_that_stood_still_is_told_of(audit: Audit) -> None:
    audit.lines["change"] = audit.lines["change"][:-1]
    audit.lines["event"][-1:] = [
        (words, row.carried)
        for words, row in (written("event", f"g-{at}", 110 + at, at=NOON + at * MINUTE) for at in (11, 12))
    ]
    audit.write()
    assert audit.problems() == [f"unsealed event g-{at}: {TOO_FAR}" for at in (11, 12)]


@pytest.mark.parametrize("stream", ["event", "change"])
def test_the_newest_seal_of_either_stream_counts(audit: Audit, stream: str) -> None:
    audit.seals[2] = signed(replace(audit.seals[2], sealed_at=NOON + 5 * MINUTE))
    waits = written(stream, 20, 110, at=NOON + 15 * MINUTE)
    audit.lines = {each: lines[:-1] for each, lines in audit.lines.items()}
    audit.lines[stream].append((waits[0], waits[1].carried))
    audit.write()
    assert audit.problems() == []


def noted_while_the_clock_was_ahead(audit: Audit) -> None:
    """By 36 hours, the sealer's too; by the seal after it had been put right."""
    ahead = NOON + 36 * 60 * MINUTE
    rows = [written("change", key, 101, at=ahead) for key in (9, 10)]
    audit.lines["change"][:2] = [(words, row.carried) for words, row in rows]
    first = Audit.seal([row for _, row in rows], 1, "change", 101, NO_SEAL)
    audit.seals[0] = signed(replace(first, sealed_at=ahead))
    audit.write()


def test_rows_sealed_while_the_clock_was_ahead_make_none_late_that_waits_since(audit: Audit) -> None:
    noted_while_the_clock_was_ahead(audit)
    assert audit.problems() == []
    words, row = written("event", "e-4", 110, at=NOON + 6 * MINUTE)
    audit.lines["event"].append((words, row.carried))
    audit.write()
    assert audit.problems() == [
        "unsealed event e-3: has waited more than five minutes for its seal",
        "unsealed change 12: has waited more than five minutes for its seal",
    ]


def test_a_seal_made_while_the_clock_was_ahead_reaches_no_further_than_the_newest(audit: Audit) -> None:
    noted_while_the_clock_was_ahead(audit)
    assert standalone._last_day("change", audit.seals) == "its last seal is of 2023-11-14, 22:13 UTC"
    words, row = written("event", "f-0", 10**12, at=NOON + 11 * MINUTE)
    audit.lines["event"].append((words, row.carried))
    audit.write()
    assert audit.problems() == [f"unsealed event f-0: {TOO_FAR}"]


def test_what_is_sealed_counts_among_the_newest(audit: Audit) -> None:
    words, row = written("change", 9, 101, at=NOON + 6 * MINUTE)
    audit.lines["change"][0] = (words, row.carried)
    audit.write()
    assert audit.problems() == [
        "seal 1, change 9: is not as it was sealed",
        "unsealed event e-3: has waited more than five minutes for its seal",
        "unsealed change 12: has waited more than five minutes for its seal",
    ]


@pytest.mark.parametrize(("written_at", "newest"), [(50, 50), (51, 7)])
def test_a_row_of_the_last_moment_that_counts_is_among_the_newest(written_at: int, newest: int) -> None:
    _, row = written("event", "e-9", 110, at=written_at)
    assert standalone._newest(7, [row], until=50) == newest


def test_a_moment_is_told_in_utc_wherever_the_auditor_sits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert standalone._moment(NOON) == "2023-11-14, 22:13 UTC"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_sink_of_which_only_the_beginning_was_handed_over_is_told_of(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    audit.seals = [replace(audit.seals[0], sealed_at=(1 << 63) - 1)]
    audit.write()
    assert run(audit, monkeypatch, KEY) == 1
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "3 rows of event have no seal; no seal is of it.",
        "2 rows of change have no seal; its last seal is of no day there is.",
        "1 seals over {'event': 0, 'change': 2}: 1 problems.",
    ]


def test_rows_in_the_order_of_numbers_belong_to_the_seal_that_ends_with_them() -> None:
    assert standalone._place("change", (101, "9")) < standalone._place("change", (101, "10"))
    assert standalone._place("change", (101, "10")) < standalone._place("change", (102, "2"))
    assert standalone._place("event", (101, "a")) < standalone._place("event", (101, "b"))


class Goes(NamedTuple):
    """How the sink goes on after the export."""

    rows: list[Row]
    stream: str = "event"
    at: int = NOON + MINUTE


def sink_goes_on(audit: Audit, *seals: Goes) -> None:
    for each in seals:
        last = audit.seals[-1]
        txid = last.last_txid + 10
        made = Audit.seal(each.rows, last.number + 1, each.stream, txid, last.digest)
        audit.seals.append(signed(replace(made, sealed_at=each.at)))
    audit.write()


def exported(audit: Audit, stream: str, at: int = -1) -> Row:
    words, carried = audit.lines[stream][at]
    return Row(str(json.loads(words)[1]), carried, sha(words), NOON)


LATER = [row("f-1"), row("f-2")]


def test_seals_made_after_the_export_are_younger_and_no_rows_of_theirs_are_missing(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sealer takes what waited in the export together with what came since, the export's own event first."""
    sink_goes_on(
        audit,
        Goes([exported(audit, "event"), *LATER]),
        Goes([exported(audit, "change"), row("13")], "change"),
        Goes([row("14")], "change"),
        Goes([row("f-3")], at=NOON + 24 * 60 * MINUTE),
    )
    assert standalone.check_export(audit.folder, audit.seals) == (
        [],
        {"event": 0, "change": 0},
        [4, 5, 6, 7],
        NOON,
    )
    assert run(audit, monkeypatch, KEY) == 0
    assert capsys.readouterr().out.splitlines() == [
        "0 rows of event have no seal; its last seal is of 2023-11-15, 22:13 UTC.",
        "0 rows of change have no seal; its last seal is of 2023-11-14, 22:14 UTC.",
        "4 seals (4 to 7) are younger than the export, whose last row is of 2023-11-14, 22:13 UTC: "
        "compare that with when it was handed over.",
        "7 seals over {'event': 6, 'change': 6}: 0 problems.",
    ]


def test_a_seal_made_before_the_exports_last_row_is_not_younger(audit: Audit) -> None:
    """Whoever cuts off one stream alone, or its last row, leaves in the other how late it was."""
    sink_goes_on(audit, Goes([exported(audit, "event"), LATER[0]], at=NOON), Goes([LATER[1]], at=NOON))
    assert audit.problems() == [
        "seal 4, event row 2 of 2: is missing",
        "seal 5, event row 1 of 1: is missing",
    ]
    words, late = written("change", 13, 104, at=NOON + 2 * MINUTE)
    audit.lines["change"].append((words, late.carried))
    audit.seals[3:] = []
    sink_goes_on(audit, Goes([exported(audit, "event"), LATER[0]]), Goes([LATER[1]], at=NOON + 3 * MINUTE))
    checked = standalone.check_export(audit.folder, audit.seals)
    assert (said(checked.found), checked.younger) == (["seal 4, event row 2 of 2: is missing"], [5])


def test_what_is_missing_in_the_midst_of_a_younger_seal_is_named(audit: Audit) -> None:
    sink_goes_on(audit, Goes([LATER[0], exported(audit, "event"), LATER[1]]))
    assert audit.problems() == [
        "seal 4, event row 1 of 3: is missing",
        "seal 4, event row 3 of 3: is missing",
    ]


def test_a_row_with_another_hash_in_a_younger_seal_is_named(audit: Audit) -> None:
    sink_goes_on(audit, Goes([exported(audit, "event"), *LATER]))
    words, _ = audit.lines["event"][-1]
    audit.lines["event"][-1] = (words, sha("another"))
    audit.write()
    assert "seal 4, event e-3: its hash was changed" in audit.problems()


def test_of_an_export_without_any_row_every_seal_misses_its_own(audit: Audit) -> None:
    audit.lines = {"event": [], "change": []}
    audit.write()
    assert len(audit.problems()) == sum(seal.rows for seal in audit.seals)


# -------------------------------------------------------------------------------------------------------- the program


def run(audit: Audit, monkeypatch: pytest.MonkeyPatch, *keys: Ed25519PrivateKey) -> int:
    """As an auditor starts it."""
    words = ["standalone.py", "--export", str(audit.folder), "--sink", str(audit.folder)]
    for key in keys:
        words += ["--key", key.public_key().public_bytes_raw().hex()]
    monkeypatch.setattr(sys, "argv", words)
    return standalone.main()


def test_the_program_ends_with_nought_when_all_is_well(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(audit, monkeypatch, KEY) == 0
    assert capsys.readouterr().out == (
        "1 rows of event have no seal; its last seal is of 2023-11-14, 22:13 UTC.\n"
        "1 rows of change have no seal; its last seal is of 2023-11-14, 22:13 UTC.\n"
        "3 seals over {'event': 2, 'change': 3}: 0 problems.\n"
    )


def test_the_program_takes_an_earlier_key_as_well(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(audit, monkeypatch, STRANGER, KEY) == 0
    assert run(audit, monkeypatch, STRANGER) == 1
    assert "seal 1: is not signed by the portal's key\n" in capsys.readouterr().out


def test_the_program_names_what_is_wrong_a_line_each(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    audit.seals = audit.seals[1:]
    audit.write()
    assert run(audit, monkeypatch, KEY) == 1
    assert capsys.readouterr().out.splitlines() == [
        "seal 2: follows seal 0",
        "seal 2: does not stand upon the seal before it",
        "seal 3, change 9: was added later",
        "seal 3, change 10: was added later",
        "1 rows of event have no seal; its last seal is of 2023-11-14, 22:13 UTC.",
        "1 rows of change have no seal; its last seal is of 2023-11-14, 22:13 UTC.",
        "2 seals over {'event': 2, 'change': 1}: 4 problems.",
    ]


def test_the_program_names_a_line_that_is_no_seal_and_goes_on(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = audit.folder / "seals-2026-11.jsonl"
    file.write_text("x\n" + file.read_text() + '{"number":4,"str')
    words, carried = audit.lines["event"][0]
    export(
        audit.folder, "event", [(words.replace("as it was", "otherwise"), carried), *audit.lines["event"][1:]]
    )
    assert run(audit, monkeypatch, KEY) == 1
    assert capsys.readouterr().out.splitlines()[:3] == [
        "line 1 of seals-2026-11.jsonl: is no seal",
        "line 5 of seals-2026-11.jsonl: is no seal",
        "seal 2, event e-1: is not as it was sealed",
    ]


def test_the_program_stops_naming_after_a_thousand_and_still_counts_them(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    audit.lines["event"] += [
        (json.dumps(["event", f"f-{at}", "103", "", NOON]), "0" * 64) for at in range(1001)
    ]
    audit.write()
    assert run(audit, monkeypatch, KEY) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1003
    assert lines[0] == "unsealed event f-0: its hash was changed"
    assert lines[-1].endswith(": 1001 problems.")


@pytest.mark.parametrize("left_out", ["--export", "--sink", "--key"])
def test_the_program_asks_for_what_it_needs(
    audit: Audit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], left_out: str
) -> None:
    words = {"--export": str(audit.folder), "--sink": str(audit.folder), "--key": "00" * 32}
    given = [word for name, value in words.items() if name != left_out for word in (name, value)]
    monkeypatch.setattr(sys, "argv", ["standalone.py", *given])
    with pytest.raises(SystemExit) as end:
        standalone.main()
    assert end.value.code == 2
    assert f"the following arguments are required: {left_out}" in capsys.readouterr().err


def test_the_program_says_what_it_is_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["standalone.py", "--help"])
    with pytest.raises(SystemExit):
        standalone.main()
    told = capsys.readouterr().out
    assert "    python standalone.py --export FOLDER --sink FOLDER --key HEX\n" in told
    assert "public key in hex; more than one after a change" in told
    assert "XX" not in told
