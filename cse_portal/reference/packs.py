"""A board's pack: its own wards, clocks, agendas, codes, letters, names and colours, over what every board has.

A pack is a folder. `pack.json` has its version and the board's names. Of the files below it may hold any: a row with
the same identity as one that ships is said instead of it, any other is added.
"""

import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from cse_portal.reference.models import (
    AgendaTemplate,
    ClockRule,
    Code,
    CodeList,
    RetentionRule,
    ScoringProfile,
)

Rows = list[dict[str, Any]]
DATA = Path(__file__).parent / "data"
WARDS = "ward"  # the one list that every pack must have, for none ships
# Which columns make a row the same, by file.
IDENTITY = {
    "agendas.json": ("meeting_type", "version"),
    "clocks.json": ("code", "category", "valid_from"),
    "indicators.json": ("code", "version"),
    "retention.json": ("code", "valid_from"),
    "scoring.json": ("code", "version"),
}
MODELS: dict[str, type[models.Model]] = {
    "agendas.json": AgendaTemplate, "clocks.json": ClockRule, "retention.json": RetentionRule,
    "scoring.json": ScoringProfile,
}  # fmt: skip
# Files whose rows the portal asks for by their code: a row that it does not know is a mistake.
ASKED_FOR = {"clocks.json": "code", "agendas.json": "meeting_type", "retention.json": "code"}
# Of letters: which there are, and for whom (cases/letters/choices.py).
LETTERS = {"kind": ("invitation", "outcome", "not_invited"), "reader": ("child", "parent")}
ABOUT = {"version", "name", "area", "authority"}
BRAND = re.compile(r"--govuk-brand-colour:\s*#([0-9a-fA-F]{6})\b")
LEAST_CONTRAST = 4.5  # of white words on the brand's colour (WCAG 2.2, 1.4.3)


class PackFaults(ValueError):
    """What is wrong with a pack, a line a fault: the file, the row and the field, and what to do."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True)
class Pack:
    """A pack as it was read. `files` has the rows of each, `lists` the lists of codes."""

    folder: Path
    about: dict[str, str]
    files: dict[str, Rows] = field(default_factory=dict)
    lists: Rows = field(default_factory=list)
    letters: Rows = field(default_factory=list)

    @property
    def words(self) -> str:
        """Whose it is, and which version."""
        return f"{self.about['name']}, version {self.about['version']}"

    @property
    def sha256(self) -> str:
        """A fingerprint of all its files."""
        digest = hashlib.sha256()
        for path in sorted(each for each in self.folder.rglob("*") if each.is_file()):
            digest.update(str(path.relative_to(self.folder)).encode() + path.read_bytes())
        return digest.hexdigest()

    def over(self, name: str) -> Rows:
        """The rows of a file: those that ship, with the pack's said instead of them or added."""
        same = IDENTITY[name]
        rows = {tuple(row.get(column) for column in same): row for row in json_of(DATA / name)}
        rows |= {tuple(row.get(column) for column in same): row for row in self.files.get(name, [])}
        return list(rows.values())

    def code_lists(self) -> Rows:
        """Every list, with the pack's codes said instead of those that ship or added after them."""
        lists = {entry["code"]: entry for entry in shipped_lists()}
        for own in self.lists:
            base = lists.get(own["code"], {"codes": []})
            codes = {(row["code"], row.get("valid_from")): row for row in base["codes"]}
            codes |= {(row["code"], row.get("valid_from")): row for row in own["codes"]}
            lists[own["code"]] = {**base, **own, "codes": list(codes.values())}
        return list(lists.values())


@cache
def current() -> Pack:
    """The pack of this board: the folder that settings name. PackFaults where it is not in order."""
    return read(Path(settings.PACK))


def read(folder: Path) -> Pack:
    """A pack from its folder; PackFaults says everything that is wrong with it."""
    faults: list[str] = []
    about = _file(folder / "pack.json", faults) or {}
    for name in sorted(ABOUT - set(about)):
        faults.append(f"pack.json: {name} is missing")
    files = {name: _file(folder / name, faults) for name in IDENTITY if (folder / name).exists()}
    lists = [
        entry for path in sorted((folder / "codes").glob("*.json")) for entry in _file(path, faults) or []
    ]
    letters = _file(folder / "letters.json", faults) if (folder / "letters.json").exists() else []
    known = {"pack.json", "letters.json", "codes", "static", *IDENTITY}
    faults += [
        f"{path.name}: a pack has no such file" for path in sorted(folder.glob("*")) if path.name not in known
    ]
    pack = Pack(folder, about, {name: rows or [] for name, rows in files.items()}, lists, letters or [])
    if not faults:
        faults = [
            *_unknown_rows(pack), *_wrong_lists(pack), *_wrong_fields(pack), *_wrong_letters(pack),
            *_wrong_colour(folder),
        ]  # fmt: skip
    if faults:
        raise PackFaults(faults)
    return pack


def shipped_lists() -> Rows:
    """The lists of codes that every board has."""
    return [entry for path in sorted((DATA / "codes").glob("*.json")) for entry in json_of(path)]


def json_of(path: Path) -> Any:
    """What a file says."""
    return json.loads(path.read_text(encoding="utf-8"))


def _file(path: Path, faults: list[str]) -> Any:
    try:
        return json_of(path)
    except FileNotFoundError:
        faults.append(f"{path.name}: this file is missing")
    except (UnicodeDecodeError, json.JSONDecodeError) as wrong:
        faults.append(f"{path.name}: this is no JSON ({wrong})")
    return None


def _unknown_rows(pack: Pack) -> Iterator[str]:
    for name, column in ASKED_FOR.items():
        known = {row[column] for row in json_of(DATA / name)}
        for number, row in enumerate(pack.files.get(name, []), 1):
            code = str(row.get(column, ""))
            if code not in known:
                said = code or "row without a code"
                yield f"{name}, row {number}: the portal asks for no {said}.{_like(code, known)}"


def _wrong_lists(pack: Pack) -> Iterator[str]:
    known = {entry["code"] for entry in shipped_lists()} | {WARDS}
    for own in pack.lists:
        code = own.get("code", "")
        if code not in known:
            yield f"codes: the portal knows no list {code or 'without a code'}.{_like(code, known)}"
    wards = {
        row.get("code") for own in pack.lists if own.get("code") == WARDS for row in own.get("codes", [])
    }
    for code in ("OUT_OF_AREA", "NOT_KNOWN"):
        if code not in wards:
            yield f"codes: the list ward must have the code {code}"


def _wrong_fields(pack: Pack) -> Iterator[str]:
    """Each row as the tables would take it."""
    for name, model in MODELS.items():
        for number, row in enumerate(pack.files.get(name, []), 1):
            children = {"items", "indicators"}
            values = {column: value for column, value in row.items() if column not in children}
            yield from _row_faults(f"{name}, row {number}", model, values, exclude={"id", "order"})
    for own in pack.lists:
        for row in own.get("codes", []):
            values = {"valid_from": own.get("valid_from"), **row}
            where = f"codes, {own.get('code')} {row.get('code', '')}"
            yield from _row_faults(where, Code, values, exclude={"id", "list", "order", "extra", "maps_to"})
        about = {column: value for column, value in own.items() if column not in ("codes", "valid_from")}
        yield from _row_faults(f"codes, {own.get('code')}", CodeList, about, exclude={"code"})


def _row_faults(
    where: str, model: type[models.Model], values: dict[str, Any], *, exclude: set[str]
) -> Iterator[str]:
    known = {field.name for field in model._meta.fields} | {
        field.attname for field in model._meta.concrete_fields
    }
    for column in sorted(set(values) - known):
        yield f"{where}: there is no field {column}.{_like(column, known)}"
    try:
        model(**{column: value for column, value in values.items() if column in known}).clean_fields(
            exclude=exclude
        )
    except ValidationError as wrong:
        for column, messages in wrong.message_dict.items():
            yield f"{where}, {column}: {' '.join(messages)}"


def _wrong_letters(pack: Pack) -> Iterator[str]:
    for number, row in enumerate(pack.letters, 1):
        for column, known in LETTERS.items():
            if row.get(column) not in known:
                yield f"letters.json, row {number}: there is no {column} {row.get(column)}"
        for column in ("heading", "body"):
            if not row.get(column):
                yield f"letters.json, row {number}: {column} is missing"


def _wrong_colour(folder: Path) -> Iterator[str]:
    path = folder / "static" / "board.css"
    found = BRAND.search(path.read_text(encoding="utf-8")) if path.exists() else None
    if found is None:
        yield "static/board.css: say the brand's colour, as :root { --govuk-brand-colour: #123a4a; }"
    elif (contrast := _contrast_with_white(found[1])) < LEAST_CONTRAST:
        yield f"static/board.css: white words on #{found[1]} have a contrast of {contrast:.1f}. Choose a darker colour"


def _contrast_with_white(colour: str) -> float:
    """As WCAG 2 reckons it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _like(code: str, known: Iterable[str]) -> str:
    found = difflib.get_close_matches(code, sorted(known), n=1)
    return f" Did you mean {found[0]}?" if found else ""
