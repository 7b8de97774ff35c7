"""Checks an export of the audit against its seals, for an auditor who trusts neither the portal nor its database.

Needs Python and the package `cryptography`, and nothing of the portal: copy this one file.

    python standalone.py --export FOLDER --sink FOLDER --key HEX

FOLDER of the export holds event.jsonl and change.jsonl, as `manage.py audit_export` writes them; the sink is the
write-once folder of seals; the key is the portal's public key, from a paper and not from the portal.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

STREAMS = ("event", "change")
MARK = 8
NO_SEAL = "0" * 64
NUMBERS = ("number", "sealed_at", "first_txid", "last_txid", "rows")
LARGEST = 1 << 63
WAIT = 5 * 60 * 1_000_000  # microseconds that a row may wait for its seal
# And those that may pass without any seal: every five minutes the portal notes that it is awake, and seals that.
QUIET = 2 * WAIT
PURPOSE = b"cse-portal audit seal 1\0"


@dataclass(frozen=True)
class Seal:
    """One line of the sink: up to a thousand rows of one stream, chained to the seal before it, and signed."""

    number: int
    stream: str
    sealed_at: int
    first_txid: int
    first_id: str
    last_txid: int
    last_id: str
    rows: int
    root: str
    marks: str
    previous: str
    key_id: str
    digest: str = ""
    signature: str = ""

    def computed_digest(self) -> str:
        """What the digest must be: of every other word of the seal but the signature."""
        words = [value for name, value in asdict(self).items() if name not in ("digest", "signature")]
        return hashlib.sha256(json.dumps(words, separators=(",", ":")).encode()).hexdigest()

    def line(self) -> str:
        """As it stands in the sink."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @property
    def last(self) -> tuple[int, str]:
        """Where the batch ends."""
        return self.last_txid, self.last_id

    @property
    def sealed_marks(self) -> list[str]:
        """The beginning of each sealed row's hash, in order."""
        width = 2 * MARK
        return [self.marks[at : at + width] for at in range(0, len(self.marks), width)]


@dataclass(frozen=True)
class Problem:
    """Something that is not as it was sealed: where, down to the row, and what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True)
class Row:
    """A row as it is now: the hash it carries and the hash of what it says; of an export, also when it was written."""

    id: str
    carried: str
    fresh: str
    written_at: int = 0


def key_id(public: Ed25519PublicKey) -> str:
    """A short name for a key."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def root_of(hashes: Iterable[str]) -> str:
    """One hash for a batch: of its rows' hashes in order."""
    return hashlib.sha256(b"".join(bytes.fromhex(each) for each in hashes)).hexdigest()


def read_sink(folder: Path) -> tuple[list[Seal], list[Problem]]:
    """Every seal of the sink in the order of its files, and every line that is none."""
    return read_seals(sorted(folder.glob("seals-*.jsonl")))


def read_seals(files: Iterable[Path]) -> tuple[list[Seal], list[Problem]]:
    """The seals of these files. A line that is none is named and read past: one bad line must not hide the others."""
    seals, problems = [], []
    for path in files:
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
            if not line.strip():
                continue
            if seal := _read(line):
                seals.append(seal)
            else:
                problems.append(Problem(f"line {number} of {path.name}", "is no seal"))
    return seals, problems


def _read(line: bytes) -> Seal | None:
    """Nothing where it was cut off, or says what no seal says: what stands in a seal is reckoned with."""
    try:
        seal = Seal(**json.loads(line))
        place = int(seal.last_id) if seal.stream == "change" else 0
        is_told_plainly = seal.stream != "change" or str(place) == seal.last_id
    except (ValueError, TypeError, RecursionError):
        return None
    numbers = [seal.number, seal.sealed_at, seal.first_txid, seal.last_txid, seal.rows, place]
    if not is_told_plainly or any(type(each) is not int or not 0 <= each < LARGEST for each in numbers):
        return None
    words = [value for name, value in asdict(seal).items() if name not in NUMBERS]
    return seal if all(isinstance(each, str) for each in words) and seal.stream in STREAMS else None


def check_chain(seals: Sequence[Seal], keys: Mapping[str, Ed25519PublicKey]) -> Iterator[Problem]:
    """Numbers without a gap, each seal upon the one before, each signed by a key we know."""
    previous, number = NO_SEAL, 0
    for seal in seals:
        where = f"seal {seal.number}"
        if seal.number != number + 1:
            yield Problem(where, f"follows seal {number}")
        if seal.previous != previous:
            yield Problem(where, "does not stand upon the seal before it")
        if seal.digest != seal.computed_digest():
            yield Problem(where, "was changed after it was signed")
        if not is_signed(seal, keys):
            yield Problem(where, "is not signed by the portal's key")
        previous, number = seal.digest, seal.number


def is_signed(seal: Seal, keys: Mapping[str, Ed25519PublicKey]) -> bool:
    """Whether the signature is of a key we know, over this digest."""
    key = keys.get(seal.key_id)
    if key is None:
        return False
    try:
        key.verify(bytes.fromhex(seal.signature), PURPOSE + bytes.fromhex(seal.digest))
    except (InvalidSignature, ValueError):
        return False
    return True


def compare(seal: Seal, rows: Sequence[Row]) -> Iterator[Problem]:
    """Name every row of the batch that is not as it was sealed."""
    where = f"seal {seal.number}, {seal.stream}"
    sealed, now = seal.sealed_marks, [row.fresh[: 2 * MARK] for row in rows]
    was, have = set(sealed), set(now)
    strange = [row for row, mark in zip(rows, now, strict=True) if mark not in was]
    missing = [at for at, mark in enumerate(sealed) if mark not in have]
    for row in rows:
        if row.carried != row.fresh and row not in strange:
            yield Problem(f"{where} {row.id}", "its hash was changed")
    for row in strange:
        added = len(rows) > seal.rows and not missing
        yield Problem(f"{where} {row.id}", "was added later" if added else "is not as it was sealed")
    for at in missing[len(strange) :] if strange else missing:
        yield Problem(f"{where} row {at + 1} of {seal.rows}", "is missing")
    if not strange and not missing:
        if now != sealed:
            at = next((at for at, (a, b) in enumerate(zip(now, sealed, strict=False)) if a != b), len(sealed))
            found = rows[at].id if at < len(rows) else "at the end"
            yield Problem(f"{where} {found}", "stands in another order than it was sealed, or twice")
        elif root_of(row.fresh for row in rows) != seal.root:
            yield Problem(where, "its rows do not make up its root")


def check_batch(seal: Seal, rows: Sequence[Row]) -> list[Problem]:
    """Nothing, when the batch is whole."""
    whole = len(rows) == seal.rows and root_of(row.fresh for row in rows) == seal.root
    if whole and all(row.fresh == row.carried for row in rows):
        return []
    return list(compare(seal, rows))


# ------------------------------------------------------------------------------------------------ an export of rows


class Checked(NamedTuple):
    """What an export was found to be.

    `unsealed` is how many rows of each stream have no seal, `younger` the numbers of the seals that were made after it,
    and `newest` the moment of its last row.
    """

    found: list[Problem]
    unsealed: dict[str, int]
    younger: list[int]
    newest: int


def check_export(folder: Path, seals: Sequence[Seal]) -> Checked:
    """Each stream's rows, in order, against the seals of the stream; and how many rows of each have no seal.

    The sealer comes every minute, and never finds nothing for long. A row without a seal that is older than the newest
    by more than five minutes lost it, or was never written by the portal. One that is more than ten minutes younger
    than the newest seal is of a time that is still to come; or the sealer stood still, or seals were kept back. The
    newest has the highest number: an earlier one, and its rows, may be of a time when a clock was ahead.

    The sink goes on when an export is written: a seal of which the export has nothing, or nothing but the beginning,
    is younger if it was made after every row there. Whoever cuts off the end cuts it off everywhere, and moves that
    moment: the auditor compares it with when the export was handed over.
    """
    last = _last(seals)
    until = (last.sealed_at if last else LARGEST) + QUIET
    found: list[Problem] = []
    unsealed: dict[str, list[Row]] = {}
    beyond: list[tuple[Seal, list[Row]]] = []
    newest = 0
    for stream in STREAMS:
        with (folder / f"{stream}.jsonl").open() as lines:
            rows = _exported(lines)
            waiting = next(rows, None)
            for seal in (each for each in seals if each.stream == stream):
                batch: list[Row] = []
                while waiting is not None and _place(stream, waiting[0]) <= _place(stream, seal.last):
                    batch.append(waiting[1])
                    waiting = next(rows, None)
                newest = _newest(newest, batch, until)
                if waiting is None and _only_begins(seal, batch):
                    beyond.append((seal, batch))
                else:
                    found += check_batch(seal, batch)
            unsealed[stream] = [row for _, row in chain([waiting] if waiting else [], rows)]
            newest = _newest(newest, unsealed[stream], until)
    younger = {seal.number for seal, _ in beyond if newest and seal.sealed_at > newest}
    for seal, batch in beyond:
        found += [] if seal.number in younger else check_batch(seal, batch)
    for stream, left in unsealed.items():
        found += _without_a_seal(stream, left, since=newest - WAIT, until=until)
    return Checked(found, {stream: len(left) for stream, left in unsealed.items()}, sorted(younger), newest)


def _only_begins(seal: Seal, rows: Sequence[Row]) -> bool:
    """Whether these are the batch's first rows, and not all: where it was not sealed yet, the others are not there."""
    marks = seal.sealed_marks
    begins = [row.fresh[: 2 * MARK] for row in rows] == marks[: len(rows)] and len(rows) < len(marks)
    return begins and all(row.fresh == row.carried for row in rows)


def _last(seals: Iterable[Seal]) -> Seal | None:
    return max(seals, key=lambda seal: seal.number, default=None)


def _newest(newest: int, rows: Iterable[Row], until: int) -> int:
    """The latest moment at which a row was written, of those that have been."""
    return max([newest, *(row.written_at for row in rows if row.written_at <= until)])


def _without_a_seal(stream: str, rows: Sequence[Row], *, since: int, until: int) -> Iterator[Problem]:
    for row in rows:
        if row.carried != row.fresh:
            yield Problem(f"unsealed {stream} {row.id}", "its hash was changed")
        elif row.written_at < since:
            yield Problem(f"unsealed {stream} {row.id}", "has waited more than five minutes for its seal")
        elif row.written_at > until:
            yield Problem(
                f"unsealed {stream} {row.id}", "was written more than ten minutes after the last seal"
            )


def _exported(lines: Iterable[str]) -> Iterator[tuple[tuple[int, str], Row]]:
    for line in lines:
        written: dict[str, Any] = json.loads(line)
        said = json.loads(written["said"])
        fresh = hashlib.sha256(written["said"].encode()).hexdigest()
        row = Row(str(said[1]), written["hash"], fresh, int(said[4]))
        yield (int(said[2]), row.id), row


def _last_day(stream: str, seals: Iterable[Seal]) -> str:
    last = _last(seal for seal in seals if seal.stream == stream)
    return f"its last seal is of {_moment(last.sealed_at)}" if last else "no seal is of it"


def _moment(at: int) -> str:
    try:
        return f"{datetime.fromtimestamp(at / 1_000_000, UTC):%Y-%m-%d, %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return "no day there is"


def _place(stream: str, last: tuple[int, str]) -> tuple[int, int | str]:
    """As PostgreSQL orders them: changes by number, events by key."""
    return (last[0], int(last[1])) if stream == "change" else last


def main() -> int:
    """0 when everything is as it was sealed, 1 when not, with a line for each thing that is not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--export", type=Path, required=True)
    parser.add_argument("--sink", type=Path, required=True)
    parser.add_argument(
        "--key", action="append", required=True, help="public key in hex; more than one after a change"
    )
    arguments = parser.parse_args()
    public = [Ed25519PublicKey.from_public_bytes(bytes.fromhex(each)) for each in arguments.key]
    seals, unread = read_sink(arguments.sink)
    checked = check_export(arguments.export, seals)
    problems = [
        *unread,
        *check_chain(seals, {key_id(each): each for each in public}),
        *checked.found,
    ]
    for problem in islice(problems, 1000):
        sys.stdout.write(f"{problem}\n")
    for stream, rows in checked.unsealed.items():
        sys.stdout.write(f"{rows} rows of {stream} have no seal; {_last_day(stream, seals)}.\n")
    if checked.younger:
        first, last, of = checked.younger[0], checked.younger[-1], _moment(checked.newest)
        sys.stdout.write(
            f"{len(checked.younger)} seals ({first} to {last}) are younger than the export, whose last row is of {of}: "
            "compare that with when it was handed over.\n"
        )
    sealed = {stream: sum(seal.rows for seal in seals if seal.stream == stream) for stream in STREAMS}
    sys.stdout.write(f"{len(seals)} seals over {sealed}: {len(problems)} problems.\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
