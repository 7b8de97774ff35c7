"""Sentences that an agency was told, and the check of one before it is shared."""

import uuid
from collections.abc import Iterable

from django.core.paginator import Page
from django.db.models import QuerySet

from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import Agency, User
from cse_portal.paging import page_of
from intelligence.desk.models import Link, ReportLine
from intelligence.desk.selectors.leaks import Leak, Locked, found_in, locked_part
from intelligence.links.selectors import children_named
from intelligence.sentences.models import SharedSentence, Visit
from intelligence.subjects.models import Handling, Subject
from intelligence.subjects.selectors.matching import names_of
from intelligence.submissions.models import IntelligenceSubmission

PAGE_SIZE = 25


def shared_with_us(user: User, page: int | str = 1) -> Page[SharedSentence]:
    """What this person's agency was told and may still use, the soonest to end first."""
    rows = SharedSentence.objects.of_agency(user).prefetch_related("visits__recorded_by")
    return page_of(rows.order_by("until", "shared_at"), PAGE_SIZE, page)


def sentence_for(user: User, pk: uuid.UUID) -> SharedSentence:
    """One that this person's agency was told; NotVisible if it does not exist for them, or its day has passed."""
    rows = SharedSentence.objects.of_agency(user).prefetch_related("visits__recorded_by")
    return get_visible(rows.filter(pk=pk))


def sentences_about(user: User, subject: Subject) -> list[SharedSentence]:
    """What agencies were told of a subject that this person sees, with what they found."""
    rows = SharedSentence.objects.visible_to(user).filter(subject=subject)
    return list(
        rows.select_related("agency", "shared_by").prefetch_related("visits__recorded_by", "visits__agency")
    )


def sentence_of(user: User, subject: Subject, pk: uuid.UUID) -> SharedSentence:
    """One sentence about a subject; NotVisible if it does not exist for this person."""
    return get_visible(SharedSentence.objects.visible_to(user).filter(subject=subject, pk=pk))


def visit_of(user: User, subject: Subject, pk: uuid.UUID) -> Visit:
    """One visit about a subject that this person sees; NotVisible if there is none."""
    rows = SharedSentence.objects.visible_to(user).filter(subject=subject)
    return get_visible(Visit.objects.filter(sentence__in=rows.values("pk"), pk=pk).select_related("agency"))


def agencies_to_tell() -> QuerySet[Agency]:
    """Agencies where somebody may be told."""
    return Agency.objects.filter(is_active=True).order_by("name")


def leaks_of_sentence(subject: Subject, text: str) -> list[Leak]:
    """What in a sentence names a child, could show a source, or says what only a C line says.

    Also of a child whose case the officer may not see. Nothing found is never "safe".
    """
    own = {name.casefold() for name in names_of(subject)}
    found = [leak for locked in _locked(subject) for leak in found_in(text, locked)]
    return [*children_named(subject, text), *(leak for leak in found if leak.text.casefold() not in own)]


def _locked(subject: Subject) -> Iterable[Locked]:
    """The C lines of the reports that name the subject, and the locked part of each submission that led to it."""
    reports = list(Link.objects.filter(subject=subject).values_list("report", flat=True))
    conditional = ReportLine.objects.filter(report__in=reports, report__handling=Handling.C)
    yield Locked(phrases=tuple(conditional.values_list("text", flat=True)))
    rows = IntelligenceSubmission.objects.filter(reports__in=reports).distinct()
    yield from (locked_part(submission) for submission in rows.select_related("source", "author"))
