"""Filters over professional disagreements: `visible_to` is the one row rule of each."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from cases.models import Case
from cse_portal import acting
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import among, shut_out_of
from cse_portal.access.standing import standing
from cse_portal.accounts.models import Agency, User
from mase.choices import (
    DisagreementState,
)
from mase.querysets.roles import opens


class DisagreementQuerySet(models.QuerySet[Any]):
    """Professional disagreements, as far as they may be seen."""

    def visible_to(self, user: User | AnonymousUser) -> "DisagreementQuerySet":
        """Those about the cases this person may see. DISAGREEMENT_VIEW is defined as being in here."""
        if not opens(user, Permission.DISAGREEMENT_VIEW):
            return self.none()
        return self.filter(among("case", Case.objects.visible_to(user).values("pk")))

    def open(self) -> "DisagreementQuerySet":
        """Neither resolved nor withdrawn, the soonest due first."""
        return self.filter(state=DisagreementState.OPEN).order_by("due_on", "id")

    def run_out(self) -> "DisagreementQuerySet":
        """Open after the day of their stage."""
        return self.open().filter(due_on__lt=timezone.localdate())

    def of_agency(self, agency: Agency) -> "DisagreementQuerySet":
        """Those this agency raised, and those raised with it."""
        return self.filter(models.Q(agency=agency) | models.Q(against=agency))

    def with_context(self) -> "DisagreementQuerySet":
        """Everything a list row and the identity bar show."""
        return self.select_related(
            "case__child", "case__lead_agency", "case__lead_professional", "agency", "against"
        )


class StagePersonQuerySet(models.QuerySet[Any]):
    """Whom agencies name for the stages of a disagreement."""

    def now(self) -> "StagePersonQuerySet":
        """Whose turn it is."""
        return self.filter(ended_at__isnull=True)


class StageCallQuerySet(models.QuerySet[Any]):
    """Who was called to settle a disagreement."""

    def visible_to(self, user: User | AnonymousUser) -> "StageCallQuerySet":
        """One's own, for the agency one takes part for today. Whoever is shut out of the child's case finds none.

        Nor, while that is restricted, whoever does not see it. Asked as the system: whose case it is need not be seen,
        and from whom it is shut is nobody's to read.
        """
        who = standing(user)
        if who is None:
            return self.none()
        mine = self.filter(person=who.user, agency=who.agency)
        with acting.for_the_system():
            seen = Case.objects.visible_to(user).values("pk")
            heard_of = Q(disagreement__case__is_restricted=False) | Q(disagreement__case__in=seen)
            heard = mine.filter(heard_of).exclude(disagreement__case__in=shut_out_of(who))
            open_to = list(heard.values_list("pk", flat=True))
        return mine.filter(pk__in=open_to)
