"""Which cases somebody sees, and the rows that hang on them. `visible_to` is the one row rule."""

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Case as Choose
from django.db.models import Count, OuterRef, Q, Subquery, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils import timezone

from cases.record.choices import CaseStatus, Section
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.roles import ROLES
from cse_portal.access.rows import (
    among,
    excluded_records,
    granted_in_agency,
    granted_rows,
    unexpired,
    visible_rows,
)
from cse_portal.access.user_context import user_context
from cse_portal.accounts.models import User
from cse_portal.reference.selectors import clock_rule

if TYPE_CHECKING:
    from cases.record.models.access import CaseSight  # noqa: F401
    from cases.record.models.case import (
        Case,
        CaseRecord,
    )


R = TypeVar("R", bound="CaseRecord")
NONE = Q(pk__in=())  # no row; turned round, every row


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "CaseQuerySet":
        """The cases this person may know of. CASE_VIEW is defined as being in here."""
        return visible_rows(self, user, opens=Permission.CASE_VIEW)  # type: ignore[return-value]

    def showing(self, section: Section, user: User | AnonymousUser) -> "CaseQuerySet":
        """The cases of which this person may see this part too: it has a grant of its own on the case."""
        who = user_context(user)
        if who is None or section.opened_by not in ROLES[who.role].permissions:
            return self.none()
        return granted_rows(self.visible_to(user), who, codename=section.value)  # type: ignore[return-value]

    def worked_on_by(self, user: User | AnonymousUser) -> "CaseQuerySet":
        """The cases that this person may contribute to, as CHRONOLOGY_ADD says it of one."""
        who = user_context(user)
        if who is None or Permission.CHRONOLOGY_ADD not in ROLES[who.role].permissions:
            return self.none()
        return granted_rows(self, who, codename="change_case")  # type: ignore[return-value]

    def of_other_children(self, key: Any) -> "CaseQuerySet":
        """Without the case of this key, and those that are recorded as the same child's."""
        return self.exclude(Q(pk=key) | Q(pk__in=_same_child(self, key)))

    def open(self) -> "CaseQuerySet":
        """Cases with an open episode."""
        return self.filter(status=CaseStatus.OPEN)

    def of_professional(self, user: User) -> "CaseQuerySet":
        """Cases this person is the lead professional of."""
        return self.filter(lead_professional=user)

    def review_overdue(self, today: dt.date) -> "CaseQuerySet":
        """Open cases whose next review should have been held by now."""
        return self.open().filter(next_review_on__lt=today)

    def matching(self, words: list[str]) -> "CaseQuerySet":
        """Cases whose reference, or whose child's name or alias, contains each word or looks much like it."""
        return self.filter(pk__in=_named(words))

    def with_identity(self) -> "CaseQuerySet":
        """Everything the identity bar and a list row show."""
        return self.select_related("child", "lead_agency", "lead_professional")

    def with_banner(self) -> "CaseQuerySet":
        """With all that the identity bar of a case says, and the current picture; asked with the case itself."""
        assessed: Any = _rows_of(self, "assessments").filter(case=OuterRef("pk")).order_by("-assessed_at")
        pictures: Any = _rows_of(self, "pictures").filter(case=OuterRef("pk")).order_by("-recorded_at")
        since = clock_rule("MISSING_REPEATED").due(timezone.now())
        missing: Any = _rows_of(self, "missing_episodes").filter(
            case=OuterRef("pk"), missing_since__date__gte=since
        )
        return self.with_identity().annotate(
            same_child=ArraySubquery(_same_child(self, OuterRef("pk"))),
            indicated=Subquery(assessed.values("indicative_category")[:1]),
            assessed=Subquery(assessed.values("pk")[:1]),
            assessed_at=Subquery(assessed.values("assessed_at")[:1]),
            assessed_by=Subquery(assessed.values("author__full_name")[:1]),
            picture=Subquery(pictures.values("text")[:1]),
            picture_at=Subquery(pictures.values("recorded_at")[:1]),
            picture_by=Subquery(pictures.values("recorded_by__full_name")[:1]),
            times_missing=Coalesce(
                Subquery(missing.values("case").annotate(times=Count("pk")).values("times")), 0
            ),
        )

    def with_aliases(self) -> "CaseQuerySet":
        """With the child's other names, in `also_known_as`."""
        aliases: Any = _rows_of(self, "child__aliases")
        names = aliases.filter(child=OuterRef("child_id")).order_by("recorded_at", "name").values("name")
        return self.annotate(also_known_as=ArraySubquery(names))


class CaseSightQuerySet(models.QuerySet["CaseSight"]):
    """Which cases were granted to whom, in the orders of lists."""

    def given_to(self, user: User | AnonymousUser) -> list["CaseSightQuerySet"]:
        """What was granted to the person, and what to their agency: the same cases as `CaseQuerySet.visible_to`.

        Apart, so that each comes from PostgreSQL in the order of an index.
        """
        who = user_context(user)
        if who is None or Permission.CASE_VIEW not in ROLES[who.role].permissions:
            return []
        rows = self.filter(unexpired())
        if shut := excluded_records(who):
            rows = rows.exclude(case_id__in=shut)
        by_name = rows.filter(granted_in_agency(who, "granted_at"), principal=who.user.pk)
        return [by_name, rows.filter(principal=who.agency.pk)]

    def matching(self, words: list[str]) -> "CaseSightQuerySet":
        """As `CaseQuerySet.matching`."""
        return self.filter(case_id__in=_named(words))


class CaseRecordQuerySet(models.QuerySet[R]):
    """What professionals record on a case, as far as it may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "CaseRecordQuerySet[R]":
        """Of the cases this person may know of; what belongs to a section, of those that show it to them."""
        cases, section = _rows_of(self, "case"), self.model.section
        seen = cases.showing(section, user) if section else cases.visible_to(user)
        return self.filter(among("case", seen.values("pk")))


def _on_a_case(
    rows: models.QuerySet[Any], user: User | AnonymousUser, of: "Case | None", section: Section | None = None
) -> Q:
    """That a row is on a case which this person sees, or of which they see this part.

    Of one case that is yes or no for all its rows, and the gate has mostly said it on the same page: asked of each row
    again, it is half of what PostgreSQL plans for them.
    """
    if of is not None:
        permission = section.opened_by if section else Permission.CASE_VIEW
        return ~NONE if gate.can(user, permission, of) else NONE
    cases = _rows_of(rows, "case")
    seen = cases.showing(section, user) if section else cases.visible_to(user)
    return Q(among("case", seen.values("pk")))


def _same_child(rows: models.QuerySet[Any], key: Any) -> models.QuerySet[Any, Any]:
    """The keys of the cases that are recorded as the same child's as the case of this key: a person sees both."""
    merges = _rows_of(rows, "merges").filter(Q(kept=key) | Q(merged=key), undone_at__isnull=True)
    return merges.values_list(Choose(When(kept=key, then="merged"), default="kept"))


def _not_restricted(rows: models.QuerySet[Any]) -> Q:
    """That a row is on no restricted case. By keys: beside `case__in`, Django forgets that a row may have no case."""
    return ~among("case", _rows_of(rows, "case").filter(is_restricted=True).values("pk"))


def _showing(
    rows: models.QuerySet[Any], path: str, section: Section, user: User | AnonymousUser
) -> models.QuerySet[Any]:
    """The keys of the cases that show this part, found from a table that hangs on a case by this path."""
    return _rows_of(rows, path).showing(section, user).values("pk")


def _rows_of(rows: models.QuerySet[Any], path: str) -> Any:
    """Everything of the model that is reached from these rows by this path."""
    model: Any = rows.model
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model
    return model._default_manager.all()


def _named(words: list[str]) -> RawSQL:
    """The keys of the cases that match all these words, among those that anyone who acts may see."""
    return RawSQL("SELECT gate.cases_named(%s)", [words])
