"""What is left out in one place and still stands in another: somebody looks again before it leaves."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from cases.models import SubjectAccessItem, SubjectAccessPassage, SubjectAccessRequest
from cases.selectors.spans import Span, places, segments, sentences

SHORTEST = 4  # letters: what is shorter stands everywhere
SHOWN = 20


@dataclass(frozen=True)
class Repeat:
    """Words that are left out of one text and shown in another."""

    words: str
    label: str
    url: str


def repeats(request: SubjectAccessRequest, items: Sequence[SubjectAccessItem]) -> list[Repeat]:
    """Each text that still shows what another leaves out, with the first words found in it."""
    out = dict.fromkeys(_left_out(items))
    found = []
    for item in items:
        url = reverse("reporting:subject-access-item", args=[request.reference, item.pk])
        for passage in item.passages.all():
            shown = "" if passage.held else _shown(passage)
            words = next((each for each in out if shown and places(shown, each)), "")
            if words:
                found.append(Repeat(words, f"{item.title}: {passage.label}", f"{url}#text-{passage.pk}"))
    return found[:SHOWN]


def _left_out(items: Iterable[SubjectAccessItem]) -> Iterator[str]:
    """Words that were marked, and the sentences of texts left out whole."""
    for item in items:
        for passage in item.passages.all():
            if passage.held:
                yield from sentences(passage.text)
            for row in passage.redactions.all():
                words = passage.text[row.starts_at : row.ends_at]
                if len(words) >= SHORTEST:
                    yield words


def _shown(passage: SubjectAccessPassage) -> str:
    """The text as it leaves, a mark where words are missing."""
    spans = [Span(row.starts_at, row.ends_at, tuple(row.grounds)) for row in passage.redactions.all()]
    return "".join(each.text or " | " for each in segments(passage.text, spans))
