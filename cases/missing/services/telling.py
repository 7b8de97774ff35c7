"""Telling people about a child who is missing, and why the category is to be reviewed."""

from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from cases.missing.models import MissingEpisode, MissingPrompt
from cases.missing.selectors.prompts import review_prompts
from cases.record.models.case import Case
from cases.sharing.selectors.access import contributors
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_in
from cse_portal.accounts.choices import Role
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.jobs.models import Notification
from cse_portal.jobs.services import notify_all


@transaction.atomic
def prompt_review(case: Case, *, by: User | None = None) -> int:
    """Tell the lead professional and the CSE Team Manager why the category is to be reviewed: each reason once.

    Returns how many are new.
    """
    told = set(MissingPrompt.objects.filter(episode__case=case).values_list("episode", "reason"))
    new = [each for each in review_prompts(case) if (each.episode.pk, each.reason) not in told]
    if not new:
        return 0
    MissingPrompt.objects.bulk_create(MissingPrompt(episode=each.episode, reason=each.reason) for each in new)
    reasons = [each.reason.value for each in new]
    record(Action.REVIEW_PROMPTED, by=by, obj=case, case=case, detail={"reasons": reasons})
    why = "; ".join(each.reason.label.lower() for each in new)
    people = dict.fromkeys(people_in(Role.TEAM_MANAGER))
    people |= {case.lead_professional: None} if case.lead_professional else {}
    notify_people(case, people, f"Review the category of case {case.reference}: {why}."[:200])
    return len(new)


def prompt_reviews() -> int:
    """Every hour: what a child who is missing still has become a reason for. A second run tells nothing."""
    away = MissingEpisode.objects.filter(returned_at__isnull=True)
    cases = Case.objects.open().filter(pk__in=away.values("case"))
    return sum(prompt_review(case) for case in cases.select_related("child", "lead_professional"))


def tell_contributors(case: Case, words: str, by: User) -> None:
    """Every agency that may contribute to the case, as far as its people see it."""
    people = dict.fromkeys(each.user for each in contributors(case))
    people.pop(by, None)
    notify_people(case, people, words)


def notify_people(case: Case, people: Iterable[User], words: str) -> None:
    """Leave a line that leads to the tab, for those of them who see the case."""
    asked = list(people)
    gate.ask_together(asked, Permission.CASE_VIEW, case)
    url = reverse("cases:missing", args=[case.reference])
    notify_all(
        Notification(user=person, text=words, url=url, case_id=case.pk)
        for person in asked
        if gate.can(person, Permission.CASE_VIEW, case)
    )
