"""The register of what was disclosed, in words and by reference alone."""

from collections.abc import Iterable

from django.apps import apps
from django.urls import reverse

from cases.choices import Ground, ItemKind
from cases.models import Disclosure
from cse_portal.ui.presenters import (
    Row,
    counted,
    display_date,
    display_datetime,
    joined,
    local_date,
    short_date,
)
from reporting.presenters.subject_access.cards import ground_words


def withheld_rows(found: dict[str, dict[str, int]]) -> list[Row]:
    """By ground, how much is left out."""
    return [
        Row(
            str(Ground(ground).label),
            joined(
                [
                    *([counted(counts["texts"], "whole text")] if counts["texts"] else []),
                    *([f"words in {counted(counts['places'], 'place')}"] if counts["places"] else []),
                ]
            ),
        )
        for ground, counts in found.items()
    ]


def register_rows(found: Iterable[Disclosure]) -> list[dict[str, object]]:
    """The privacy officer's list."""
    return [
        {
            "copy": each.copy,
            "url": reverse("reporting:disclosure", args=[each.pk]),
            "case": each.case_reference,  # type: ignore[attr-defined]
            "request": each.request_reference,
            "asked_by": each.get_asked_by_display(),
            "on": short_date(each.disclosed_at),
            "in_time": (local_date(each.disclosed_at) or each.due_on) <= each.due_on,
        }
        for each in found
    ]


def register_facts(found: Disclosure) -> list[Row]:
    """One line of the register in full, by reference alone."""
    return [
        Row("Case", found.case_reference),  # type: ignore[attr-defined]
        Row("Request", found.request_reference),
        Row("Disclosed to", str(found.get_asked_by_display())),
        Row("Asked on", display_date(found.received_on)),
        Row("To be answered by", display_date(found.due_on)),
        Row("Disclosed", f"{display_datetime(found.disclosed_at)}, {found.disclosed_by.full_name}"),
        Row("Prepared by", found.prepared_by.full_name),
        Row("Second reader", found.read_by.full_name),
        Row(
            "File",
            f"{counted(found.pages, 'page')}, SHA-256 {found.sha256}" if found.is_ready else "Being made",
        ),
    ]


def register_items(found: Disclosure) -> list[dict[str, object]]:
    """Which items left, and how much of each."""
    return [
        {
            "number": each["item"],
            "kind": str(ItemKind(each["kind"]).label),
            "source": str(apps.get_model(each["source"])._meta.verbose_name).capitalize(),
            "texts": f"{each['disclosed']} of {each['texts']}",
            "places": counted(each["places"], "place") if each["places"] else "None",
            "grounds": ground_words(each["grounds"]) or "None",
        }
        for each in found.items
    ]
