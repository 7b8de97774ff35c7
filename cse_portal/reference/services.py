"""Loading the reference data that ship with the product."""

import json
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import models, transaction

from cse_portal.reference import boundaries, selectors
from cse_portal.reference.models import Code, CodeList

DATA = Path(__file__).parent / "data"
_NAMESPACE = uuid.UUID("5a1b2f52-7d0e-5b64-9d1c-6f6f1f0d2017")


@transaction.atomic
def load(apps: Apps = installed) -> int:
    """Bring the tables in line with data/*.json; doing it again changes nothing. Returns the number of rows.

    Keys are derived from what a row is, so every installation has the same ones. Nothing is deleted: what is
    no longer used gets a `valid_to` in the data. A migration passes its own `apps`; fields that it does not
    know are left out.
    """
    rows = 0
    for name, values in _everything():
        rows += _write(apps.get_model("reference", name), values)
    selectors.forget()
    return rows


@transaction.atomic
def load_boundaries(content: bytes) -> int:
    """Draw maps by the boundaries of a file, in place of those before; NotBoundaries says what is wrong with it."""
    wards = {each.code: each for each in selectors.mapped_wards()}
    outlines = boundaries.read(content, {code: each.label for code, each in wards.items()})
    remove_boundaries()
    CodeList.objects.create(
        code=selectors.WARD_OUTLINES, name="Boundaries of wards", source="Loaded by the board"
    )
    rows = [
        Code(
            list_id=selectors.WARD_OUTLINES, code=code, label=each.label, order=order,
            valid_from=each.valid_from, extra=outlines[code],
        )
        for order, (code, each) in enumerate(wards.items(), start=1)
    ]  # fmt: skip
    Code.objects.bulk_create(rows)
    selectors.forget()
    return len(rows)


@transaction.atomic
def remove_boundaries() -> None:
    """Draw maps by tiles again."""
    Code.objects.filter(list_id=selectors.WARD_OUTLINES).delete()
    CodeList.objects.filter(code=selectors.WARD_OUTLINES).delete()
    selectors.forget()


def _everything() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Model names with their rows, parents before children."""
    lists = [entry for path in sorted((DATA / "codes").glob("*.json")) for entry in _read(path)]
    yield "CodeList", [_without(entry, "codes", "valid_from") for entry in lists]
    yield "Code", [row for entry in lists for row in _code_rows(entry)]
    for filename, parent, children in (
        ("indicators.json", "IndicatorSet", ("indicators", "Indicator", "set_id")),
        ("agendas.json", "AgendaTemplate", ("items", "AgendaTemplateItem", "template_id")),
    ):
        yield from _families(_read(DATA / filename), parent, *children)
    yield (
        "ScoringProfile",
        [_keyed("profile", row, "code", "version") for row in _read(DATA / "scoring.json")],
    )
    yield (
        "ClockRule",
        [_keyed("clock", row, "code", "category", "valid_from") for row in _read(DATA / "clocks.json")],
    )
    yield "RetentionRule", [_keyed("retention", row, "code", "valid_from") for row in _retention_rows()]


def _retention_rows() -> Iterator[dict[str, Any]]:
    for order, row in enumerate(_read(DATA / "retention.json"), start=1):
        yield {"order": order, **row}


def _code_rows(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for order, code in enumerate(entry["codes"], start=1):
        row = {"list_id": entry["code"], "order": order, "valid_from": entry["valid_from"], **code}
        yield _keyed("code", row, "list_id", "code", "valid_from")


def _families(
    parents: list[dict[str, Any]], model: str, children: str, child_model: str, link: str
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    heads, members = [], []
    for parent in parents:
        head = _keyed(
            model, _without(parent, children), "code" if "code" in parent else "meeting_type", "version"
        )
        heads.append(head)
        for order, child in enumerate(parent[children], start=1):
            members.append(
                _keyed(child_model, {link: str(head["id"]), "order": order, **child}, link, "code")
            )
    yield model, heads
    yield child_model, members


def _keyed(kind: str, row: dict[str, Any], *identity: str) -> dict[str, Any]:
    name = ":".join([kind, *(str(row.get(field)) for field in identity)])
    return {"id": uuid.uuid5(_NAMESPACE, name), **row}


def _without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _read(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))


def _write(model: type[models.Model], values: Iterable[dict[str, Any]]) -> int:
    rows = _rows(model, values)
    key = model._meta.pk.attname
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=[key], update_fields=sorted(_known(model) - {key})
    )
    return len(rows)


def _rows(model: type[models.Model], values: Iterable[dict[str, Any]]) -> list[models.Model]:
    known = _known(model)
    return [model(**{name: value for name, value in row.items() if name in known}) for row in values]


def _known(model: type[models.Model]) -> set[str]:
    return {field.attname for field in model._meta.concrete_fields}
