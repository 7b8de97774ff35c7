"""Orders, for the person who asks: tactics, the register, one order, and those that protect a child."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Case as Choose
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone

from cases.record.models.case import Case
from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import among, get_visible
from cse_portal.accounts.models import Agency, Membership, User
from cse_portal.reference.selectors import clock_rule, codes, find_code
from intelligence.desk.models import IntelligenceReport, Link
from intelligence.desk.selectors import READING_ROLES
from intelligence.disruption.choices import BEGUN, WAITING, Stage
from intelligence.disruption.models import (
    Breach,
    Disruption,
    DisruptionQuerySet,
    DisruptionUpdate,
    ProtectedChild,
    in_force_on,
    live_on,
)
from intelligence.links.models import Connection
from intelligence.subjects.models import Subject, SubjectQuerySet


@dataclass(frozen=True)
class TacticKind:
    """One tactic of the toolkit: its law, who usually applies, the stages it has, and what a breach of it is.

    `offence` is None where it depends on the order.
    """

    code: str
    name: str
    law: str
    act: str
    applicant: str
    stages: tuple[Stage, ...]
    length: str
    offence: bool | None

    @property
    def path(self) -> list[Stage]:
        """Every stage of an order that goes through, from the request on."""
        begins = [] if Stage.SERVED in self.stages else [Stage.IN_FORCE]
        return [Stage.REQUESTED, *self.stages, *begins]


def tactic(code: str) -> TacticKind:
    """The tactic with this code."""
    entry = find_code("disruption-tactic", code)
    if entry is None:
        raise LookupError(code)
    extra: dict[str, Any] = entry.extra
    stages = tuple(Stage(each.upper()) for each in extra.get("stages", ()))
    return TacticKind(
        entry.code, entry.label, extra["law"], extra["act"], extra["who"], stages, extra.get("length", ""),
        extra.get("offence"),
    )  # fmt: skip


def tactics() -> list[TacticKind]:
    """What may be asked for against a subject. What is done for a child alone, such as police protection, is not."""
    offered = [each for each in codes("disruption-tactic") if each.extra.get("for") != "child"]
    return [tactic(each.code) for each in offered]


def next_stages(disruption: Disruption) -> list[Stage]:
    """What may be recorded of an order now, the usual next stage first. Its own stage changes its days alone."""
    if not disruption.is_open:
        return []
    own = Stage(disruption.stage)
    if own in BEGUN:
        return [own, Stage.DISCHARGED]
    path = tactic(disruption.tactic).path
    following = path[path.index(own) + 1]
    refused = [Stage.REFUSED] if following == Stage.GRANTED else []
    return [following, *refused, own, Stage.NOT_USED]


# ------------------------------------------------------------------------------------------ the register


def filters() -> dict[str, Q]:
    """What each count of the register counts today, and its list shows."""
    today = timezone.localdate()
    live, in_force = live_on(today), in_force_on(today)
    this_year = Q(ended_on__year=today.year) | Q(ended_on=None, ends_on__year=today.year)
    return {
        "breached": in_force & Q(Exists(Breach.objects.filter(disruption=OuterRef("pk")))),
        "ending": in_force & Q(ends_on__lte=_warned_until(today)),
        "live": live,
        "requested": live & Q(stage=Stage.REQUESTED),
        "applied": live & Q(stage=Stage.APPLIED),
        "granted": live & Q(stage=Stage.GRANTED),
        "in_force": in_force,
        "ended": ~live & ~Q(stage=Stage.REFUSED) & this_year,
        "refused": Q(stage=Stage.REFUSED) & this_year,
    }


def _warned_until(today: dt.date) -> dt.date:
    """The last end that is warned of today."""
    return today + (today - clock_rule("ORDER_EXPIRES", on=today).due(today))


def ends_soon(disruption: Disruption) -> bool:
    """Whether an order in force ends within the days of its warning."""
    end = disruption.ends_on
    in_force = disruption.standing == Stage.IN_FORCE
    return in_force and end is not None and end <= _warned_until(timezone.localdate())


def register(
    user: User, *, ward: str = "", kind: str = "", act: str = "", against: str = ""
) -> DisruptionQuerySet:
    """The orders this person may see, narrowed by ward, kind of subject, law and the subject's reference."""
    rows = Disruption.objects.visible_to(user)
    asked = {"ward": ward, "subject__kind": kind, "subject__reference": against}
    rows = rows.filter(**{name: value for name, value in asked.items() if value})
    return rows.filter(tactic__in=[each.code for each in tactics() if each.act == act]) if act else rows


def counts(rows: DisruptionQuerySet) -> dict[str, int]:
    """How many of these orders each filter of the register shows."""
    asked = {name: Count("pk", filter=each) for name, each in filters().items()}
    found: dict[str, int] = rows.order_by().aggregate(**asked)
    return found


def in_order(rows: DisruptionQuerySet) -> DisruptionQuerySet:
    """What needs doing first: breached, ending soon, to serve, to apply for, heard, in force; each by its day."""
    known = filters()
    urgent = [known[name] for name in ("breached", "ending", "granted", "requested", "applied", "live")]
    ranks = [When(each, then=Value(number)) for number, each in enumerate(urgent)]
    day = Choose(When(stage__in=WAITING, then=F("due_on")), default=F("ends_on"))
    return rows.order_by(Choose(*ranks, default=Value(len(ranks))), day.asc(nulls_last=True), "asked_at")


def with_row(rows: DisruptionQuerySet, user: User) -> DisruptionQuerySet:
    """With all that a line of the register shows this person."""
    newest = Breach.objects.order_by("-happened_at")
    children = ProtectedChild.objects.visible_to(user)
    return rows.select_related("subject", "agency").prefetch_related(
        Prefetch("breaches", newest), Prefetch("children", children, to_attr="known_children")
    )


def unanswered_breaches(user: User) -> QuerySet[Breach]:
    """Breaches after which nobody has said what happens next, the newest first."""
    rows = Breach.objects.filter(disruption__in=Disruption.objects.visible_to(user), next_text="")
    return rows.select_related("disruption__subject", "disruption__agency")


# ------------------------------------------------------------------------------------------ one order


def disruption_for(user: User, pk: uuid.UUID) -> Disruption:
    """One with its history; NotVisible if it does not exist for this person."""
    updates = DisruptionUpdate.objects.select_related("by", "agency")
    breaches = Breach.objects.select_related("by", "agency", "next_by")
    rows = Disruption.objects.visible_to(user).filter(pk=pk)
    found = get_visible(
        rows.select_related("subject", "agency", "asked_by").prefetch_related(
            Prefetch("updates", updates), Prefetch("breaches", breaches),
            Prefetch("children", children_known(user), to_attr="known_children"),
        )
    )  # fmt: skip
    gate.note_shown(user, Permission.DISRUPTION_VIEW, found)
    return found


def children_known(user: User) -> QuerySet[ProtectedChild]:
    """Protected children this person may know of; each has `opened`, its case, where they may open that too."""
    seen = Case.objects.visible_to(user).filter(pk=OuterRef("case"))
    rows = ProtectedChild.objects.visible_to(user).annotate(opens=Exists(seen))
    found: QuerySet[ProtectedChild] = rows.prefetch_related("case__child")  # a case one cannot open is no row
    return found


def breach_for(user: User, pk: uuid.UUID) -> Breach:
    """A breach of an order this person may see."""
    rows = Breach.objects.filter(disruption__in=Disruption.objects.visible_to(user), pk=pk)
    return get_visible(rows.select_related("disruption__subject"))


def protected_child_for(user: User, pk: uuid.UUID) -> ProtectedChild:
    """A protected child whose case this person may open."""
    seen = Case.objects.visible_to(user).values("pk")
    rows = ProtectedChild.objects.visible_to(user).filter(among("case", seen), pk=pk)
    return get_visible(rows.select_related("case__child", "disruption__subject"))


# ------------------------------------------------------------------------------------------ asking for one


def subject_to_disrupt(user: User, reference: str) -> Subject:
    """The subject with this reference; NotVisible if it does not exist for this person."""
    return get_visible(Subject.objects.visible_to(user).filter(reference=reference))


def children_linked(user: User, subject: Subject) -> QuerySet[Case]:
    """The cases this person may open that a report or a connection, which they may read, links with the subject."""
    reports = IntelligenceReport.objects.visible_to(user).filter(links__subject=subject)
    links = Link.objects.telling(user).filter(report__in=reports, case__isnull=False)
    tied = Connection.objects.visible_to(user).holding().filter(subject=subject, case__isnull=False)
    linked = among("pk", links.values("case")) | among("pk", tied.values("case"))
    return Case.objects.visible_to(user).filter(linked).with_identity()


def subjects_linked(user: User, case: Case) -> SubjectQuerySet:
    """The subjects that a report about this child names or a connection ties to them, as far as one may read it."""
    reports = IntelligenceReport.objects.visible_to(user).about(case, user)
    links = Link.objects.filter(report__in=reports, subject__isnull=False)
    tied = Connection.objects.visible_to(user).holding().filter(case=case, subject__isnull=False)
    linked = among("pk", links.values("subject")) | among("pk", tied.values("subject"))
    return Subject.objects.visible_to(user).filter(linked).order_by("kind", "name")


def orders_protecting(user: User, case: Case) -> DisruptionQuerySet:
    """The orders that protect this child, as far as this person may know of both."""
    rows = ProtectedChild.objects.visible_to(user).filter(case=case)
    known = Disruption.objects.visible_to(user).filter(pk__in=rows.values("disruption"))
    return in_order(with_row(known, user))


def applicants() -> list[Agency]:
    """Agencies whose people may read intelligence: one of them applies for an order."""
    working = Membership.objects.current().filter(role__in=READING_ROLES, user__is_active=True)
    return list(Agency.objects.filter(pk__in=working.values("agency")).order_by("name"))
