"""Filters over submissions and reports. `visible_to` is the one row rule of each."""

import uuid
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from cases.record.choices import Section
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import among, given_in_agency, shut_out_of
from cse_portal.access.standing import Standing, standing
from cse_portal.accounts.models import User
from intelligence.choices import Handling, SubmissionState

if TYPE_CHECKING:
    from cases.record.models.case import Case
    from intelligence.models import IntelligenceReport, IntelligenceSubmission, Link  # noqa: F401


class SubmissionQuerySet(models.QuerySet["IntelligenceSubmission"]):
    """Submissions, as far as they may be seen. What one may see of a case plays no part."""

    def visible_to(self, user: User | AnonymousUser) -> "SubmissionQuerySet":
        """Its author, while they work for the agency they wrote it for; once sent, the police intelligence unit.

        Nobody who is excluded from a case that one of its reports is linked with.
        """
        who = standing(user)
        if who is None or Permission.SUBMISSION_VIEW not in ROLES[who.role].permissions:
            return self.none()
        seen: Any = Q(author=who.user, author_agency=who.agency)
        if in_the_unit(who):
            seen |= ~Q(state=SubmissionState.DRAFT)
        rows, shut = self.filter(seen), shut_out_of(who)
        return rows.exclude(pk__in=linked_with(shut, _related(self.model, "reports"))) if shut else rows

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

        Never somebody who is excluded from a case that it, or another report of its submission, is linked with.
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
        shut = shut_out_of(who)
        return (
            rows.exclude(submission__in=linked_with(shut, self.model._default_manager.all()))
            if shut
            else rows
        )

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

        Nothing that a report links beside a case they are excluded from: it would lead them to the child.
        """
        who = standing(user)
        if who is None or Permission.INTELLIGENCE_REPORT_VIEW not in ROLES[who.role].permissions:
            return self.none()
        rows = self
        if not in_the_unit(who):
            reports = _related(self._links().model, "report").visible_to(user)  # type: ignore[attr-defined]
            rows = self.filter(Exists(self._links().filter(among("report", reports.values("pk")))))
        if shut := shut_out_of(who):
            reports = _related(self._links().model, "report")
            rows = rows.exclude(
                Exists(self._links().filter(report__submission__in=linked_with(shut, reports)))
            )
        return rows

    def _links(self) -> models.QuerySet[Any]:
        """The links to one of these rows, in a question about it."""
        link: Any = self.model._meta.get_field("links")
        rows: models.QuerySet[Any] = link.related_model._default_manager.filter(
            **{link.field.name: OuterRef("pk")}
        )
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


def linked_with(shut: frozenset[uuid.UUID], reports: models.QuerySet[Any]) -> models.QuerySet[Any, Any]:
    """The submissions of which a report is linked with one of these cases: those that somebody is excluded from."""
    return reports.filter(links__case__in=shut).values("submission")


def _holding(links: models.QuerySet[Any], user: User) -> models.QuerySet[Any, Any]:
    """The keys of the cases of which this person holds the intelligence: sight of a case does not carry it."""
    case: Any = links.model._meta.get_field("case").related_model
    shown: models.QuerySet[Any, Any] = case._default_manager.showing(Section.INTELLIGENCE, user).values("pk")
    return shown


def _related(model: type[models.Model], name: str) -> models.QuerySet[Any]:
    other: Any = model._meta.get_field(name).related_model
    return other._default_manager.all()
