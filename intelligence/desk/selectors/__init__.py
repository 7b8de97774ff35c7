"""Graded reports, for the person who asks; and what the unit may link them to."""

from typing import Any

from django.core.paginator import Page
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from cases.record.models.case import Case
from cse_portal import acting
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import get_visible
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import Membership, User
from cse_portal.paging import page_of
from intelligence.desk.models import IntelligenceReport, Link, ReportLine, ReportQuerySet
from intelligence.subjects.models import Subject, SubjectKind, works_in_intelligence_unit
from intelligence.subjects.selectors import subjects_named

PAGE_SIZE = 25
FOUND = 10
READING_ROLES = [
    role for role, defined in ROLES.items() if Permission.INTELLIGENCE_REPORT_VIEW in defined.permissions
]


def report_list(
    user: User, *, handling: str = "", q: str = "", page: int | str = 1
) -> Page[IntelligenceReport]:
    """The reports this person may see, newest first; searched by reference or by what they say."""
    rows = IntelligenceReport.objects.visible_to(user)
    if handling:
        rows = rows.filter(handling=handling)
    if q:
        said = lines_readable(user).filter(report=OuterRef("pk"), text__icontains=q)
        rows = rows.filter(Q(reference__icontains=q) | Exists(said))
    return page_of(_with_contents(rows, user).order_by("-issued_at"), PAGE_SIZE, page)


def report_for(user: User, reference: str) -> IntelligenceReport:
    """The report with this reference and all its page shows; NotVisible if it does not exist for this person."""
    rows = IntelligenceReport.objects.visible_to(user).filter(reference=reference)
    return get_visible(_with_contents(rows.select_related("issued_by"), user))


def reports_about(user: User, case: Case, *, page: int | str = 1) -> Page[IntelligenceReport]:
    """The reports about a case that this person may see. The case comes through the gate."""
    rows = IntelligenceReport.objects.visible_to(user).about(case, user)
    return page_of(_with_contents(rows, user).order_by("-issued_at"), PAGE_SIZE, page)


def lines_for_meeting(user: User, case: Case) -> QuerySet[ReportLine]:
    """What reports say that a case's meeting may talk about: handling P, and nobody asked to keep it out.

    Of most children no report tells; that is asked first, for the whole question is long.
    """
    if not Link.objects.filter(case=case).exists():
        return ReportLine.objects.none()
    reports = IntelligenceReport.objects.visible_to(user).about(case, user).for_discussion()
    lines = ReportLine.objects.filter(report__in=reports.order_by()).select_related("report")
    return lines.order_by("-report__issued_at", "report", "order")


def cases_linked(reports: Any, tied: Any = ()) -> list[Case]:
    """Every case that these reports are linked to, also of a child of whom nobody who asks is told. Not to be shown.

    And those of these keys, asked for in the same way.
    """
    links = Link.objects.filter(report__in=reports, case__isnull=False)
    linked = Q(pk__in=links.values("case")) | Q(pk__in=tied)
    with acting.for_the_system():  # what is recorded of a child, and refused of one, hangs on nobody's sight
        return list(Case.objects.filter(linked).select_related("child"))


def cases_found(user: User, q: str) -> QuerySet[Case]:
    """Cases this person may see, by reference or a name of the child."""
    rows = Case.objects.visible_to(user).with_identity()
    if not q.strip():
        return rows.none()
    words = Q(reference__icontains=q.strip())
    for word in q.split()[:4]:
        name = Q(child__given_name__icontains=word) | Q(child__family_name__icontains=word)
        words |= name
    return rows.filter(words).order_by("child__family_name", "child__given_name")[:FOUND]


def subjects_found(user: User, kind: SubjectKind, words: str) -> QuerySet[Subject]:
    """Subjects of this kind that this person may see, by any of their names."""
    return subjects_named(user, words).of_kind(kind)[:FOUND] if words.strip() else Subject.objects.none()


def possible_readers() -> QuerySet[User]:
    """People who may be named to read a report: those whose role reads reports."""
    readers = Membership.objects.current().filter(role__in=READING_ROLES, user__is_active=True)
    return User.objects.filter(pk__in=readers.values("user")).order_by("full_name")


def links_shown(user: User) -> QuerySet[Link]:
    """What reports are linked to, as far as this person may see the case or subject at the other end.

    Of reports that they may read: anyone who asks names those.
    """
    seen = Q(case__isnull=True) | Q(case__in=Case.objects.visible_to(user).values("pk"))
    links = Link.objects.telling(user).filter(seen)
    return links.select_related("case__child", "subject", "linked_by")


def _with_contents(rows: ReportQuerySet, user: User) -> ReportQuerySet:
    """Lines, readers and links; a link only if the person may see the case or subject it is to."""
    links = Prefetch("links", queryset=links_shown(user), to_attr="seen_links")
    lines = Prefetch("lines", queryset=lines_readable(user))
    return rows.prefetch_related(lines, "readers__user", "readers__named_by", links)


def lines_readable(user: User) -> QuerySet[ReportLine]:
    """Lines of reports that this person may see; of those withdrawn, the unit alone reads what they said."""
    who = user_context(user)
    in_unit = who is not None and works_in_intelligence_unit(who)
    return ReportLine.objects.all() if in_unit else ReportLine.objects.filter(report__withdrawn_at=None)
