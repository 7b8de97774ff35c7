"""Filters over returns, board reports and requests to see a record. `visible_to` says who may know of one."""

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import models

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import shut_out_of
from cse_portal.access.standing import standing
from cse_portal.accounts.models import User
from reporting.choices import ReturnState, SubjectAccessState

if TYPE_CHECKING:
    from reporting.models import (  # noqa: F401  (named in strings below)
        BoardReport,
        Disclosure,
        DisclosureItem,
        RegionalReturn,
        SubjectAccessRequest,
    )


class ReturnQuerySet(models.QuerySet["RegionalReturn"]):
    """Returns, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "ReturnQuerySet":
        """Analysts: all. Who signs off: from when it is checked. Everyone else who reads returns: signed off."""
        if gate.can(user, Permission.RETURN_PREPARE):
            return self
        if gate.can(user, Permission.RETURN_SIGN):
            return self.exclude(state=ReturnState.DRAFT)
        if gate.can(user, Permission.RETURN_VIEW):
            return self.signed()
        return self.none()

    def signed(self) -> "ReturnQuerySet":
        """Frozen ones."""
        return self.filter(state=ReturnState.SIGNED)

    def to_check(self) -> "ReturnQuerySet":
        """Drafts whose figures are complete."""
        complete = models.Q(revision__gt=0, revision=models.F("requested_revision"))
        return self.filter(complete, state=ReturnState.DRAFT)

    def awaiting_signature(self) -> "ReturnQuerySet":
        """Checked and not signed off."""
        return self.filter(state=ReturnState.CHECKED)

    def with_people(self) -> "ReturnQuerySet":
        """Who prepared, checked and signed."""
        return self.select_related("prepared_by", "checked_by", "signed_by")


class BoardReportQuerySet(models.QuerySet["BoardReport"]):
    """Board reports, as far as they may be read."""

    def visible_to(self, user: User | AnonymousUser) -> "BoardReportQuerySet":
        """Whoever reads board reports reads all that have been made."""
        return self.ready() if gate.can(user, Permission.BOARD_REPORT_VIEW) else self.none()

    def ready(self) -> "BoardReportQuerySet":
        """Those whose PDF exists."""
        return self.filter(rendered_at__isnull=False)


class LegalHoldQuerySet(models.QuerySet[Any]):
    """Legal holds, by whether they hold."""

    def in_force(self) -> "LegalHoldQuerySet":
        """Those that nobody has lifted."""
        return self.filter(lifted_at__isnull=True)


class SubjectAccessQuerySet(models.QuerySet["SubjectAccessRequest"]):
    """Requests to see a record, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "SubjectAccessQuerySet":
        """Those of cases one may see, for people who prepare, read or release them."""
        if not gate.can(user, Permission.SUBJECT_ACCESS_LIST):
            return self.none()
        cases: Any = self.model._meta.get_field("case").related_model
        return self.filter(case__in=cases.objects.visible_to(user))

    def open(self) -> "SubjectAccessQuerySet":
        """Neither disclosed nor closed."""
        return self.exclude(state__in=(SubjectAccessState.DISCLOSED, SubjectAccessState.CLOSED))


class DisclosureItemQuerySet(models.QuerySet["DisclosureItem"]):
    """What requests are about, as far as it may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "DisclosureItemQuerySet":
        """With the request. Its text is read by people who may read the record that it was taken from."""
        requests: Any = self.model._meta.get_field("request").related_model
        return self.filter(request__in=requests.objects.visible_to(user))


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    """The register of what was disclosed, as far as it may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "DisclosureQuerySet":
        """With the request. The register's keeper sees all, but not of cases from which they are excluded."""
        who = standing(user)
        if who is not None and gate.can(user, Permission.DISCLOSURE_REGISTER):
            return self.exclude(case__in=shut_out_of(who))
        requests: Any = self.model._meta.get_field("request").related_model
        return self.filter(request__in=requests.objects.visible_to(user))
