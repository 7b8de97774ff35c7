"""The tab of family and network, and the pages that record a period of the child's life."""

import uuid
from operator import attrgetter

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from cases.concerns.selectors import named_in_concerns
from cases.family.presenters import member_rows
from cases.family.selectors import family_of, siblings_cases
from cases.history import presenters
from cases.history.forms import PeriodForm
from cases.history.models import PeriodKind
from cases.history.selectors import of_concern, period_for, periods_of, placement_alert
from cases.history.services import change_period, record_period
from cases.identity.presenters import contact_rows
from cases.identity.selectors import contact_points_of
from cases.missing.selectors.episodes import missing_episodes
from cases.record.selectors import case_for
from cases.record.views import case_page
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.errors import NotVisible
from cse_portal.jobs.views import SignedInRequest, either
from cse_portal.ui.presenters import age_on

FAMILY_TAB = "family"


@require_GET
def family_and_network(request: SignedInRequest, reference: str) -> HttpResponse:
    """Who is in the child's life, whom it is safe to contact, and where the child lived and learned."""
    case = case_for(request.user, reference)
    members, concerned = family_of(request.user, case), of_concern(request.user, case)
    periods = periods_of(request.user, case)
    rows = member_rows(members, siblings_cases(request.user, members))
    lines = presenters.period_rows(periods)
    home = next((each for each in periods if each.kind == PeriodKind.HOME and not each.ended_on), None)
    away = [timezone.localdate(each.episode.missing_since) for each in missing_episodes(case)]
    return case_page(
        request, case, "cases/history/family.html", FAMILY_TAB,
        about=[each.key for each in concerned],
        current_tab=FAMILY_TAB,
        groups=presenters.grouped(members, rows),
        former=[each for each in rows if not each.is_current],
        picture=presenters.picture_of(case.child, members, concerned),
        of_concern=concerned,
        present=[each for each in lines if each.is_present],
        earlier=[each for each in lines if not each.is_present],
        years=presenters.over_the_years(periods, away, today=timezone.localdate()),
        alert=placement_alert(case, home, age_on(case.child.date_of_birth)),
        kinds=PeriodKind.choices,
        contacts=contact_rows(contact_points_of(case)),
        named=sorted(named_in_concerns(request.user, case), key=attrgetter("name")),
        may_offer=gate.can(request.user, Permission.INTELLIGENCE_SUBMIT),
    )  # fmt: skip


@either
def period_add(request: SignedInRequest, reference: str, kind: str) -> HttpResponse:
    """Add a school, a home or a legal status."""
    case = gate.require(request.user, Permission.CASE_CHANGE, case_for(request.user, reference))
    if kind not in PeriodKind.values:
        raise NotVisible
    of_kind = PeriodKind(kind)
    form = PeriodForm(request.POST or None, kind=of_kind)
    if form.does(
        lambda: record_period(case=case, kind=of_kind, said=form.period, by=request.user, key=form.key)
    ):
        messages.success(request, f"{of_kind.label}: recorded.")
        return redirect("cases:family", reference=case.reference)
    return case_page(
        request, case, "cases/history/form.html", "period-add", form=form, heading=f"Add: {of_kind.label.lower()}",
    )  # fmt: skip


@either
def period_edit(request: SignedInRequest, reference: str, pk: uuid.UUID) -> HttpResponse:
    """Change a period, or say when it ended."""
    period = period_for(request.user, reference, pk)
    case = gate.require(request.user, Permission.CASE_CHANGE, period.case)
    form = PeriodForm(
        request.POST or None, initial=PeriodForm.answers_of(period), kind=PeriodKind(period.kind)
    )
    if form.saves(
        lambda: change_period(period=period, version=form.drawn_at, said=form.period, by=request.user),
        newest=lambda: period,
    ):
        messages.success(request, f"{period.get_kind_display()}: saved.")
        return redirect("cases:family", reference=case.reference)
    heading = f"Change: {period.get_kind_display().lower()}"
    return case_page(request, case, "cases/history/form.html", "period-edit", form=form, heading=heading)
