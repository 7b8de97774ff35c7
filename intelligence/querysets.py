"""Filters over submissions and reports. `visible_to` is the one row rule of each."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from cases.choices import Section
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among, given_in_agency, keys_shut_to
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts.models import User
from intelligence.choices import Handling, SubmissionState

if TYPE_CHECKING:
    from cases.models import Case
    from intelligence.models import IntelligenceReport, IntelligenceSubmission, Link  # noqa: F401

TARGETS = ("person", "place")


class SubmissionQuerySet(models.QuerySet["IntelligenceSubmission"]):
    """Submissions, as far as they may be seen. What one may see of a case plays no part."""

    def visible_to(self, user: User | AnonymousUser) -> "SubmissionQuerySet":
        """Its author, while they work for the agency they wrote it for; once sent, the police intelligence unit.

        Never an officer whom it may be about, or who is excluded from a case that its reports are about.
        """
        who = standing(user)
        if who is None or Permission.SUBMISSION_VIEW not in ROLES[who.role].permissions:
            return self.none()
        seen: Any = Q(author=who.user, author_agency=who.agency)
        if in_the_unit(who):
            reports = _related(self.model, "reports")
            of_a_shut_report = shut_reports(reports, who).filter(submission=OuterRef("pk"))
            about_them = Q(pk__in=shut_out_of(who).about_them)
            seen |= ~Q(state=SubmissionState.DRAFT) & ~Exists(of_a_shut_report) & ~about_them
        return self.filter(seen)

    def written_by(self, user: User) -> "SubmissionQuerySet":
        """A person's own."""
        return self.filter(author=user)

    def waiting(self) -> "SubmissionQuerySet":
        """What the unit has still to receive or to grade."""
        return self.filter(state__in=(SubmissionState.SUBMITTED, SubmissionState.RECEIVED))


class ReportQuerySet(models.QuerySet["IntelligenceReport"]):
    """Graded reports, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "ReportQuerySet":
        """P: who holds the intelligence of a case they see that is linked. C: the readers it names. The unit: both.

        Never somebody excluded from a linked case, or whom it may be about, whatever else they hold.
        """
        who = standing(user)
        if who is None or Permission.INTELLIGENCE_REPORT_VIEW not in ROLES[who.role].permissions:
            return self.none()
        links = _related(self.model, "links").filter(report=OuterRef("pk"))
        named = _related(self.model, "readers").filter(report=OuterRef("pk"), user=who.user)
        readers = named.filter(given_in_agency(who, "named_at"))
        held = links.filter(among("case", _holding(links, who.user)))
        seen = Q(handling=Handling.P) & Exists(held) | Q(handling=Handling.C) & Exists(readers)
        rows = self if in_the_unit(who) else self.filter(seen)
        shut = shut_reports(self.model._default_manager.all(), who)
        return rows.filter(~Q(among("pk", shut.values("pk"))))

    def about(self, case: "Case", user: User) -> "ReportQuerySet":
        """Linked to this case, as far as this person may know: another case may have shown them the report."""
        links: Any = _related(self.model, "links")
        return self.filter(Exists(links.telling(user).filter(report=OuterRef("pk"), case=case)))

    def for_discussion(self) -> "ReportQuerySet":
        """What a meeting may talk about."""
        return self.filter(handling=Handling.P, meeting_may_discuss=True)


class LinkQuerySet(models.QuerySet["Link"]):
    """What reports are linked to."""

    def telling(self, user: User) -> "LinkQuerySet":
        """Those that tell a reader of their reports no child about whom they may not know that there is intelligence.

        To the unit, and to whom a C report names, it tells every case.
        """
        who = standing(user)
        if who is None:
            return self.none()
        if in_the_unit(who):
            return self
        known = Q(case__isnull=True) | Q(report__handling=Handling.C) | Q(among("case", _holding(self, user)))
        return self.filter(known)


class NominalQuerySet(models.QuerySet[Any]):
    """People and places of concern, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "NominalQuerySet":
        """The unit's; and those named by a report that this person may read.

        Never what is linked to a child's case from which somebody is excluded: an officer does not find themselves.
        """
        who = standing(user)
        if who is None or Permission.INTELLIGENCE_REPORT_VIEW not in ROLES[who.role].permissions:
            return self.none()
        rows = self
        if not in_the_unit(who):
            reports = _related(self._links().model, "report").visible_to(user)  # type: ignore[attr-defined]
            rows = self.filter(Exists(self._links().filter(among("report", reports.values("pk")))))
        return rows.without_shut_out(who)

    def without_shut_out(self, who: Standing) -> "NominalQuerySet":
        """But for those that may be this person or their home, and those of any report that they are shut out of."""
        return self.filter(~self._shutting_out(who))

    def shut_out(self, who: Standing) -> "NominalQuerySet":
        """Those alone."""
        return self.filter(self._shutting_out(who))

    def _shutting_out(self, who: Standing) -> Q:
        reports = _related(self._links().model, "report")
        shut = self._links().filter(among("report", shut_reports(reports, who).values("pk")))
        return Q(Exists(shut)) | Q(pk__in=shut_out_of(who).about_them)

    def _links(self) -> models.QuerySet[Any]:
        """The links to one of these rows, in a question about it."""
        link: Any = self.model._meta.get_field("links")
        rows: models.QuerySet[Any] = link.related_model._default_manager.filter(
            **{link.field.name: OuterRef("pk")}
        )
        return rows


class StaffConflictQuerySet(models.QuerySet[Any]):
    """Who of the staff may be whom intelligence names."""

    def judged_by(self, user: User) -> "StaffConflictQuerySet":
        """What this person decides on: nothing of what may be about themselves, or of what they are shut out of, and
        nothing that was ever found of themselves.
        """
        who = standing(user)
        if who is None or Permission.EXCLUSION_DECIDE not in ROLES[who.role].permissions:
            return self.none()
        reports = _related(_related(self.model, "submission").model, "reports")
        about_them = shut_out_of(who).about_them
        rows: Any = self.exclude(user=user)
        rows = rows.exclude(submission__in=shut_reports(reports, who).values("submission"))
        rows = rows.exclude(submission__in=about_them)
        for name in TARGETS:
            # Not "those open to them": an officer sees no person or place of intelligence, and is shut out by key.
            targets: Any = _related(self.model, name)
            rows = rows.exclude(**{f"{name}__in": about_them})
            rows = rows.exclude(**{f"{name}__in": targets.shut_out(who).values("pk")})
        return rows


class DisruptionQuerySet(models.QuerySet[Any]):
    """Disruption, as far as it may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "DisruptionQuerySet":
        """With the person or place it is against. DISRUPTION_VIEW is defined as being in here."""
        who = standing(user)
        if who is None or Permission.DISRUPTION_VIEW not in ROLES[who.role].permissions:
            return self.none()
        rows: Any = self
        for name in ("person", "place"):
            seen = _related(self.model, name).visible_to(user).values("pk")  # type: ignore[attr-defined]
            rows = rows.filter(Q((name, None)) | Q(among(name, seen)))
        return rows


def in_the_unit(who: Standing) -> bool:
    """Whether this person works in the police intelligence unit."""
    return Permission.INTELLIGENCE_GRADE in ROLES[who.role].permissions


def shut_reports(reports: models.QuerySet[Any], who: Standing) -> models.QuerySet[Any]:
    """Those about a case from which this person is excluded, or about themselves; with all of the same submission."""
    shut = shut_out_of(who)
    if not (shut.cases or shut.about_them):
        return reports.none()
    to_them = Q(submission__in=shut.about_them)
    links = Q(case__in=shut.cases)
    for name in TARGETS:
        links |= Q((f"{name}__in", shut.about_them))
    linked = _related(reports.model, "links").filter(links).values("report__submission")
    return reports.filter(to_them | Q(among("submission", linked)))


@dataclass(frozen=True)
class ShutOut:
    """By key, the cases from which a person or their agency is excluded; and the submissions, people and places that
    may be about them, until that is dismissed.
    """

    cases: frozenset[uuid.UUID]
    about_them: frozenset[uuid.UUID]


def shut_out_of(who: Standing) -> ShutOut:
    """Asked once a request, and mostly nothing: in every question, PostgreSQL looked through all links for it."""
    return who.answer("shut out of intelligence", lambda: _ask_what_shuts(who))


def _ask_what_shuts(who: Standing) -> ShutOut:
    """By PostgreSQL's gate, as keys: what was found, and on what ground, nobody reads of themselves."""
    cases = keys_shut_to(who.user.pk, who.agency.pk).values_list("case", flat=True)
    return ShutOut(frozenset(cases), frozenset())


def intelligence_close_to(user: User) -> Any:
    """The keys of the submissions, people and places that may be about this person, until that is dismissed."""
    return ()


def _holding(links: models.QuerySet[Any], user: User) -> models.QuerySet[Any, Any]:
    """The keys of the cases of which this person holds the intelligence: sight of a case does not carry it."""
    case: Any = links.model._meta.get_field("case").related_model
    shown: models.QuerySet[Any, Any] = case._default_manager.showing(Section.INTELLIGENCE, user).values("pk")
    return shown


def _related(model: type[models.Model], name: str) -> models.QuerySet[Any]:
    other: Any = model._meta.get_field(name).related_model
    return other._default_manager.all()
