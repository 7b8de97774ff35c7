"""A subject of concern with everything this reader may know of it. What is hidden is neither shown nor counted."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.db.models import F
from django.utils import timezone

from cases.concerns.models import Concern, ConcernMention
from cases.record.models.case import Case
from cse_portal import files
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.paging import page_of
from cse_portal.reference.selectors import clock_rule
from intelligence.desk.models import IntelligenceReport, ReportLine
from intelligence.desk.selectors import lines_readable
from intelligence.disruption.models import Disruption
from intelligence.disruption.selectors import in_order, register, with_row
from intelligence.links.selectors.graph import Seen, ties_of
from intelligence.outcomes.models import CourtOutcome
from intelligence.outcomes.selectors import outcomes_of
from intelligence.profiles.models import Fact, FactQuerySet, SubjectMerge, SubjectReview
from intelligence.sentences.models import SharedSentence, Visit
from intelligence.subjects.models import Subject, SubjectKind, SubjectQuerySet
from intelligence.subjects.selectors import same_as_child, subjects_named
from intelligence.subjects.selectors.matching import Text, why_matched

PAGE_SIZE = 25
YEAR = 365


@dataclass(frozen=True)
class Mention:
    """One time that a subject was named: when, and where this reader finds it."""

    on: dt.date
    kind: str
    reference: str


@dataclass(frozen=True)
class Profile:
    """What this reader may know of one subject."""

    subject: Subject
    facts: list[Fact]
    removed: list[Fact]
    candidates: list[ReportLine]
    reports: list[IntelligenceReport]
    ties: Seen
    disruption: list[Disruption]
    outcomes: list[CourtOutcome]
    actions: list[Any]
    visits: list[Visit]
    mentions: list[Mention]
    reviews: list[SubjectReview]
    merges: list[SubjectMerge]
    own_case: Case | None

    @property
    def children(self) -> list[Case]:
        """The cases it is tied to, of those whose intelligence this reader holds."""
        return self.ties.children(dict.fromkeys(key for tie in self.ties.ties for key in tie.ends))


def subject_page(
    user: User, *, q: str = "", kind: str = "", show: str = "", page: int | str = 1
) -> Page[Subject]:
    """The subjects this person may see, those to be reviewed first; by a name, a part of a number or an address."""
    rows = subjects_named(user, q)
    rows = rows.of_kind(SubjectKind(kind)) if kind else rows
    if show == "review":
        rows = rows.filter(pk__in=to_review(user).values("pk"))
    elif show == "confirm":
        rows = rows.filter(pk__in=facts_to_confirm(user).values("subject"))
    return page_of(rows.order_by(F("review_on").asc(nulls_last=True), "-added_at"), PAGE_SIZE, page)


def to_review(user: User) -> SubjectQuerySet:
    """The subjects whose review date has come, of those this person may see."""
    return Subject.objects.visible_to(user).kept().filter(review_on__lte=timezone.localdate())


def facts_to_confirm(user: User) -> FactQuerySet:
    """The facts that were not confirmed in time and are proposed for removal, of those this person may see."""
    rows, rule = Fact.objects.visible_to(user).filter(removed_at=None), clock_rule("FACT_REVIEW")
    days = rows.order_by().values_list("confirmed_on", flat=True).distinct()
    return rows.filter(confirmed_on__in=[day for day in days if rule.due(day) < timezone.localdate()])


def subject_for(user: User, reference: str) -> Subject:
    """The subject with this reference; NotVisible if it does not exist for this person."""
    rows = Subject.objects.visible_to(user).select_related("merged_into", "added_by")
    return get_visible(rows.filter(reference=reference))


def photo_of(subject: Subject) -> bytes:
    """The photograph of a subject that came through `subject_for`; NotVisible where there is none, or of a child."""
    if not subject.photo or subject.is_child:
        raise NotVisible
    return files.read(subject.photo, subject.photo_sha256)


def fact_of(user: User, subject: Subject, pk: uuid.UUID) -> Fact:
    """One fact about a subject; NotVisible if it does not exist for this person."""
    return get_visible(Fact.objects.visible_to(user).filter(subject=subject, pk=pk).select_related("subject"))


def merge_of(subject: Subject, pk: uuid.UUID) -> SubjectMerge:
    """One merge into a subject that came through `subject_for`; NotVisible if there is none."""
    return get_visible(SubjectMerge.objects.filter(kept=subject, pk=pk).select_related("kept"))


def reports_naming(user: User, subject: Subject) -> list[IntelligenceReport]:
    """The reports about a subject that this person may read, newest first."""
    rows = IntelligenceReport.objects.visible_to(user).filter(links__subject=subject, withdrawn_at=None)
    return list(rows.distinct().order_by("-issued_at"))


def profile(user: User, subject: Subject, sentences: list[SharedSentence]) -> Profile:
    """Everything of a subject that came through `subject_for`, and of the sentences about it."""
    reports = reports_naming(user, subject)
    facts = list(
        Fact.objects.visible_to(user).filter(subject=subject).select_related("report", "confirmed_by")
    )
    orders = with_row(in_order(register(user, against=subject.reference)), user)
    return Profile(
        subject=subject,
        facts=[each for each in facts if each.removed_at is None],
        removed=[each for each in facts if each.removed_at is not None],
        candidates=_candidates(user, subject, reports, facts),
        reports=reports,
        ties=ties_of(user, subject),
        disruption=list(orders),
        outcomes=list(outcomes_of(user, subject)),
        actions=_actions(user, subject),
        visits=_visits(sentences, facts),
        mentions=_mentions(user, subject, reports, sentences),
        reviews=list(SubjectReview.objects.filter(subject=subject).select_related("reviewed_by")),
        merges=list(
            SubjectMerge.objects.filter(kept=subject, undone_at=None).select_related("merged", "merged_by")
        ),
        own_case=same_as_child(user, subject.name, subject.date_of_birth) if subject.is_child else None,
    )


def line_of(user: User, subject: Subject, pk: uuid.UUID) -> ReportLine:
    """A line of a report that names the subject; NotVisible if it does not exist for this person."""
    reports = [each.pk for each in reports_naming(user, subject)]
    return get_visible(lines_readable(user).filter(pk=pk, report__in=reports).select_related("report"))


def _candidates(
    user: User, subject: Subject, reports: list[IntelligenceReport], facts: list[Fact]
) -> list[ReportLine]:
    """Lines that name the subject and are no fact yet, and none that was removed."""
    known = {(each.report_id, each.text) for each in facts}
    lines = lines_readable(user).filter(report__in=[each.pk for each in reports]).select_related("report")
    return [
        each
        for each in lines.order_by("-report__issued_at", "order")
        if (each.report_id, each.text) not in known and why_matched(subject, Text(each.text))
    ]


def _visits(sentences: list[SharedSentence], facts: list[Fact]) -> list[Visit]:
    """What visits found that is no fact yet, and none that was removed."""
    known = {each.text for each in facts}
    return [visit for each in sentences for visit in each.visits.all() if visit.found not in known]


def _actions(user: User, subject: Subject) -> list[Any]:
    """What CMOGs agreed under items about it: the meeting floor's own rows, by its own rule."""
    item: Any = Subject._meta.get_field("agenda_items").related_model
    action: Any = item._meta.get_field("actions").related_model
    rows = action.objects.visible_to(user).issued().unfinished().filter(item__subject=subject)
    return list(rows.select_related("owner", "agency").order_by("due_on"))


def _mentions(
    user: User, subject: Subject, reports: list[IntelligenceReport], sentences: list[SharedSentence]
) -> list[Mention]:
    """Of a year: reports that name it, concerns that mention it, and visits. No interview: a pair names its source."""
    since = timezone.localdate() - dt.timedelta(days=YEAR)
    found = [Mention(timezone.localdate(each.issued_at), "report", each.reference) for each in reports]
    found += [
        Mention(visit.on, "visit", each.agency.short_name)
        for each in sentences
        for visit in each.visits.all()
    ]
    concerns = Concern.objects.visible_to(user).filter(submitted_at__date__gte=since)
    rows = ConcernMention.objects.filter(concern__in=concerns.values("pk")).select_related("concern")
    named = {
        row.concern
        for row in rows.filter(kind=subject.kind)
        if why_matched(subject, Text(f"{row.name}\n{row.details}", (row.name,)))
    }
    found += [
        Mention(timezone.localdate(each.submitted_at), "concern", each.reference)
        for each in named
        if each.submitted_at
    ]
    return sorted((each for each in found if each.on >= since), key=lambda each: (each.on, each.reference))
