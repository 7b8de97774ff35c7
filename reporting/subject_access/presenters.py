"""Requests to see a record in words, and the copy as its requester reads it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.apps import apps
from django.utils.text import capfirst

from cse_portal.ui.marking import Mark, marked
from cse_portal.ui.presenters import display_date
from reporting.subject_access.choices import Ground, Inclusion, Requester
from reporting.subject_access.models import Disclosure, DisclosureItem

DPA = "Data Protection Act 2018,"
# The police are not here: the copy never says whether they hold something.
WHY = {
    Ground.THIRD_PARTY: (
        "It is about somebody else, who has a right to privacy too.", f"{DPA} Schedule 2, paragraph 16",
    ),
    Ground.LEGAL: ("It is advice from a lawyer, which stays private.", f"{DPA} Schedule 2, paragraph 19"),
    Ground.HEALTH: ("It is about your health. Ask the health service for it.", f"{DPA} Schedule 3, paragraph 6"),
    Ground.SERIOUS_HARM: (
        "Reading it could seriously harm your health or somebody else’s.", f"{DPA} Schedule 3, paragraphs 5, 11 and 19",
    ),
    Ground.INTERESTS: ("Showing it would not be best for the child.", f"{DPA} Schedule 3, paragraph 21"),
    Ground.RESTRICTED: (
        "It is for professionals only: it names other people, or could put somebody in danger.",
        f"{DPA} Schedule 2, paragraph 16, and Schedule 3",
    ),
    Ground.ADDRESS: (
        "It is a confidential address, kept secret so that people are safe.", "UK GDPR, article 15(4)",
    ),
}  # fmt: skip
_LABEL = re.compile(r"^([A-Z][^:\n]{0,150}): (.*)$")


@dataclass(frozen=True)
class Part:
    """The items of one kind of record."""

    key: str
    title: str
    items: Sequence[Any]
    left_out: int = 0
    waits: int = 0


def parts(items: Iterable[DisclosureItem]) -> list[Part]:
    """The items by the kind of record under which they are printed."""
    found = []
    for key, rows in groupby(items, key=lambda each: each.part):
        some = list(rows)
        out = sum(each.decision == Inclusion.OUT for each in some)
        names = apps.get_model(key)._meta
        title = names.verbose_name if len(some) == 1 else names.verbose_name_plural
        found.append(Part(key, str(capfirst(title)), some, out, sum(each.waits_for_police for each in some)))
    return found


def document(disclosure: Disclosure, items: Iterable[DisclosureItem]) -> dict[str, Any]:
    """What templates/pdf/subject_access.html draws: no word that is left out, nor that the police hold something."""
    request = disclosure.request
    told = [each for each in items if each.ground != Ground.POLICE and not each.waits_for_police]
    used = [ground for ground in WHY if any(each.ground == ground for each in told)]
    number = {ground: place for place, ground in enumerate(used, start=1)}
    printed = [
        Part(part.key.replace(".", "-"), part.title, [_printed(each, number) for each in part.items])
        for part in parts(told)
    ]
    worker = request.case.lead_professional
    return {
        "reference": request.reference,
        "name": request.requester_name,
        "for_child": request.asked_by == Requester.CHILD,
        "child": request.case.child.name,
        "asked_on": display_date(request.received_on),
        "as_of": display_date(request.assembled_at),
        "made_on": display_date(disclosure.disclosed_at),
        "worker": worker.full_name if worker else "",
        "why": [(number[ground], *WHY[ground]) for ground in used],
        "parts": printed,
    }


def marked_page(page: str, disclosure: Disclosure) -> str:
    """The composed copy with its requester's name and its reference on each page."""
    mark = Mark(
        disclosure.request_reference,
        disclosure.request.requester_name,
        "who asked for it",
        disclosure.disclosed_at,
    )
    return marked(page, mark)


def lines(text: str) -> list[tuple[str, str]]:
    """A text as labels and what is beside them."""
    found: list[tuple[str, str]] = []
    for line in text.split("\n"):
        if match := _LABEL.match(line):
            found.append((match[1], match[2]))
        elif found:
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
        else:
            found.append(("", line))
    return found


def _printed(item: DisclosureItem, number: dict[Ground, int]) -> dict[str, Any]:
    if item.decision == Inclusion.OUT:
        return {"title": item.title, "left_out": number[Ground(item.ground)]}
    known = [f"From {item.agency.name}" if item.agency else "", display_date(item.happened_on)]
    said = [
        {"label": label, "words": words, "is_long": len(words) > 1200} for label, words in lines(item.text)
    ]
    return {"title": item.title, "from": ", ".join(filter(None, known)), "said": said}
