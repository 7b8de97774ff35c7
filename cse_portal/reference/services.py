"""Loading the reference data: what ships with the product, and what the board's own pack says over it."""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import models, transaction

from cse_portal.reference import boundaries, packs, selectors
from cse_portal.reference.models import Code, CodeList, PackApplied
from cse_portal.reference.packs import DATA, Pack

__all__ = ["DATA", "differences", "load", "load_boundaries", "remove_boundaries"]
_NAMESPACE = uuid.UUID("5a1b2f52-7d0e-5b64-9d1c-6f6f1f0d2017")


@transaction.atomic
def load(apps: Apps = installed, pack: Pack | None = None) -> int:
    """Bring the tables in line with data/*.json and the pack; doing it again changes nothing.

    Returns the number of rows. Which pack was applied is kept. PackFaults where the pack is not in order.

    Keys are derived from what a row is, so every installation has the same ones. Nothing is deleted: what is
    no longer used gets a `valid_to` in the data. A migration passes its own `apps`; fields that it does not
    know are left out.
    """
    pack, rows = pack or packs.current(), 0
    for name, values in _everything(pack):
        rows += _write(apps.get_model("reference", name), values)
    applied = apps.get_model("reference", PackApplied.__name__)._default_manager
    last = applied.order_by("applied_at").last()
    if last is None or last.sha256 != pack.sha256:
        applied.create(name=pack.about["name"], version=pack.about["version"], sha256=pack.sha256)
    selectors.forget()
    return rows


@dataclass(frozen=True)
class Difference:
    """A row that the pack adds, or what it says otherwise: from, to, by field."""

    model: str
    row: str
    changed: dict[str, tuple[Any, Any]]

    def __str__(self) -> str:
        said = "; ".join(f"{name}: {before} → {after}" for name, (before, after) in self.changed.items())
        return f"{self.model} {self.row}: {said or 'new'}"


def differences(pack: Pack) -> Iterator[Difference]:
    """What applying a pack would add or change."""
    for name, values in _everything(pack):
        model = installed.get_model("reference", name)
        held = {str(row.pk): row for row in model._default_manager.all()}
        for row in _rows(model, values):
            before = held.get(str(row.pk))
            changed = _changed(before, row) if before is not None else {}
            if before is None or changed:
                yield Difference(name, str(row), changed)


def _changed(before: models.Model, row: models.Model) -> dict[str, tuple[Any, Any]]:
    both = {
        field.attname: (getattr(before, field.attname), field.to_python(getattr(row, field.attname)))
        for field in row._meta.concrete_fields
    }
    return {name: (was, said) for name, (was, said) in both.items() if was != said}


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


def _everything(pack: Pack) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Model names with their rows, parents before children."""
    lists = pack.code_lists()
    yield "CodeList", [_without(entry, "codes", "valid_from") for entry in lists]
    yield "Code", [row for entry in lists for row in _code_rows(entry)]
    for filename, parent, children in (
        ("indicators.json", "IndicatorSet", ("indicators", "Indicator", "set_id")),
        ("agendas.json", "AgendaTemplate", ("items", "AgendaTemplateItem", "template_id")),
    ):
        yield from _families(pack.over(filename), parent, *children)
    for filename, model, kind in (
        ("scoring.json", "ScoringProfile", "profile"),
        ("clocks.json", "ClockRule", "clock"),
        ("retention.json", "RetentionRule", "retention"),
    ):
        rows = [{"order": order, **row} for order, row in enumerate(pack.over(filename), start=1)]
        yield model, [_keyed(kind, row, *packs.IDENTITY[filename]) for row in rows]


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
