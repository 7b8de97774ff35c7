"""Everything that the Tonight sheet says of one child, and who is told of a note."""

from dataclasses import dataclass

from cases.concerns.choices import MentionPart
from cases.concerns.models import ConcernMention
from cases.concerns.selectors import named_in_concerns
from cases.family.models import HealthSummary, NetworkMember
from cases.family.selectors import family_of, health_summaries
from cases.identity.models import ContactPoint
from cases.identity.selectors import contact_points_in_use
from cases.missing.models import MissingEpisode
from cases.record.models.case import Case
from cases.record.selectors import caseworkers
from cases.sharing.models import BreakGlass
from cases.sharing.selectors.emergency import emergency_of, to_tell
from cases.trigger_plans.models import TriggerPlan
from cases.trigger_plans.selectors import newest_plan
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.accounts.choices import AgencyKind
from cse_portal.accounts.models import User

SHOWN = 3  # times missing, the open one among them


@dataclass(frozen=True)
class Found:
    """What everybody who sees the case may read: no intelligence, and no part that is kept apart."""

    plan: TriggerPlan | None
    episodes: list[MissingEpisode]
    family: list[NetworkMember]
    contacts: list[ContactPoint]
    health: list[HealthSummary]
    emergency: BreakGlass | None
    suspected: list[ConcernMention]


def found_for(user: User, case: Case) -> Found:
    """What the sheet says; anyone who asks was shown the case."""
    plan = newest_plan(case)
    if plan is not None:
        plan.case = case
    episodes = case.missing_episodes.prefetch_related("risk_grades", "calls", "sightings")
    return Found(
        plan=plan,
        episodes=list(episodes[:SHOWN]),
        family=family_of(user, case),
        contacts=contact_points_in_use(case),
        health=health_summaries(case),
        emergency=emergency_of(user, case),
        suspected=list(named_in_concerns(user, case).filter(part=MentionPart.SUSPECTED)),
    )


def recipients_of_note(case: Case, *, by: User) -> list[User]:
    """Who answers for the case, and the police who see it, without the writer."""
    police = caseworkers().filter(agency__kind=AgencyKind.POLICE)
    people = dict.fromkeys([*to_tell(case), *(each.user for each in police)])
    people.pop(by, None)
    gate.ask_together(people, Permission.CASE_VIEW, case)
    return [each for each in people if gate.can(each, Permission.CASE_VIEW, case)]
