"""The rules that look over a day of the audit. A rule is one function, and one sentence that says why it speaks.

Run by the system at night. A rule suspects nobody: it asks the privacy officer to look.
"""

import datetime as dt
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from cases.concerns.models import Concern
from cases.record.models.case import Case
from cases.sharing.models import BreakGlass
from cse_portal.accounts.models import Membership, User
from cse_portal.audit.actions import Action
from cse_portal.audit.models import AuditEvent
from cse_portal.audit.recorder import blinded
from cse_portal.ui.presenters import counted

# Pages of anyone who keeps the schedule, the register and the copies: they see no case, and read its reference alone.
BY_REFERENCE = (Action.RETENTION_VIEWED, Action.REGISTER_VIEWED, Action.COPY_VIEWED)
LOOKS = [
    action
    for action in Action
    if action.value.endswith((".viewed", "_viewed", "_downloaded", "_exported", "_printed", "address_shown"))
    and action not in BY_REFERENCE
]
# What shows children by the page.
LISTS = [
    action for action in Action if action.value.endswith(("listed", "_searched", ".searched", "_matched"))
]
MANY_CHILDREN = 30  # a page of the caseload shows 25: everybody's first page is no news, the next one is
FOUR_WEEKS = dt.timedelta(days=28)
NIGHT_BEGINS, NIGHT_ENDS = dt.time(22), dt.time(6)
MANY_REFUSALS = 10
LATEST = 100  # events; a day may be looked over again out of its turn
MANY_FAILURES = 10
NETWORKS_NAMED = 3
MISSES_ALLOWED = 3  # a number is mistyped, a name is spelled another way


@dataclass(frozen=True)
class Suspicion:
    """What a rule brings up: about whom, about which case where there is one, and its sentence."""

    actor_id: uuid.UUID
    why: str
    case_id: uuid.UUID | None = None
    event_id: uuid.UUID | None = None


Rule = Callable[[dt.date], Iterable[Suspicion]]
RULES: dict[str, Rule] = {}
TITLES: dict[str, str] = {"sample": "Monthly sample"}


def rule(code: str, title: str) -> Callable[[Rule], Rule]:
    """Add a rule to those that run every night."""

    def add(test: Rule) -> Rule:
        RULES[code], TITLES[code] = test, title
        return test

    return add


@rule("own-surname", "Same family name")
def own_surname(day: dt.date) -> Iterator[Suspicion]:
    """Somebody looked at a child who has their family name, found them by searching, or took a copy that names them.

    A list that happened to show the child is none of these: with a common name every day would speak.
    """
    looks = first_looks(looks_at_several([*LOOKS, Action.CASES_SEARCHED]), day)
    known = names_by_case({case for _, case in looks})
    people = dict(User.objects.filter(pk__in={actor for actor, _ in looks}).values_list("pk", "full_name"))
    for (actor, case), event in looks.items():
        theirs = family_names(people[actor])
        family, others = known.get(case, ("", []))
        if theirs & family_names(family):
            yield Suspicion(actor, "Has the same family name as the child or young person.", case, event.pk)
        elif any(theirs & family_names(name) for name in others):
            why = "Has the same family name as another name the child or young person is known by."
            yield Suspicion(actor, why, case, event.pk)
    yield from own_surname_of_concern(looks, people)


def own_surname_of_concern(
    looks: dict[tuple[uuid.UUID, uuid.UUID], AuditEvent], people: dict[uuid.UUID, str]
) -> Iterator[Suspicion]:
    """The same of concerns that had no case when they were read."""
    concerns = Concern.objects.filter(pk__in={key for _, key in looks}).in_bulk()
    for (actor, key), event in looks.items():
        concern = concerns.get(key)
        if (
            concern
            and concern.author_id != actor
            and family_names(people[actor]) & family_names(concern.family_name)
        ):
            why = "Has the same family name as the child or young person a concern is about."
            yield Suspicion(actor, why, concern.case_id, event.pk)


@rule("many-children", "Many children in a day")
def many_children(day: dt.date) -> Iterator[Suspicion]:
    """Somebody was shown many children who were new to them: by records, copies, lists and searches.

    New is whom they do not lead, and whom nothing has shown them in the four weeks before. People who read their own
    caseload are not brought up, however long it is.
    """
    looks = looks_at_several([*LOOKS, *LISTS])
    today = cases_by_day(looks, day, day + dt.timedelta(days=1))
    before = cases_by_day(looks.filter(actor__in=list(today)), day - FOUR_WEEKS, day)
    led = led_by(today)
    for actor, shown in today.items():
        new = shown[day] - led[actor].union(*before[actor].values())
        if len(new) >= MANY_CHILDREN:
            why = f"Was shown {counted(len(new), 'child,children')} in a day who were new to them."
            yield Suspicion(actor, why)


@rule("at-night", "At night")
def at_night(day: dt.date) -> Iterator[Suspicion]:
    """Somebody looked at children's cases, or listed others than they lead, from ten in the evening to six."""
    opened = at_those_hours(looks_at_several(), day)
    listed = at_those_hours(looks_at_several(LISTS), day)
    led = led_by(listed)
    for actor in {**opened, **listed}:
        others = listed[actor] - led[actor] - opened[actor]
        said = [f"opened {counted(len(opened[actor]), 'record')}"] if opened[actor] else []
        said += [f"listed {counted(len(others), 'child,children')}"] if others else []
        if said:
            yield Suspicion(actor, f"{' and '.join(said).capitalize()} between 10pm and 6am.")


@rule("refusals", "Refused many times")
def refusals(day: dt.date) -> Iterator[Suspicion]:
    """Somebody asked again and again for pages that are not theirs to see."""
    refused: dict[uuid.UUID, int] = defaultdict(int)
    denied = AuditEvent.objects.filter(action=Action.DENIED, at__date=day, actor__isnull=False)
    for actor, detail in denied.values_list("actor", "detail"):
        refused[actor] += bool(detail.get("hidden"))
    for actor, number in refused.items():
        if number >= MANY_REFUSALS:
            yield Suspicion(actor, f"Asked for {counted(number, 'page')} in a day that they may not know of.")


@rule("emergency-missed", "Emergencies that fitted no case")
def emergency_missed(day: dt.date) -> Iterator[Suspicion]:
    """Somebody tried again and again to open a case in an emergency, and none fitted that they may open.

    Nobody is refused after so many: at night, with a child to protect, the fourth spelling may be the right one.
    """
    missed = AuditEvent.objects.filter(action=Action.GLASS_NOT_BROKEN, at__date=day, actor__isnull=False)
    for actor, number in Counter(missed.values_list("actor", flat=True)).items():
        if actor and number > MISSES_ALLOWED:
            why = f"Tried {counted(number, 'time')} in a day to open a case in an emergency, and no case fitted."
            yield Suspicion(actor, why)


@rule("children-ceiling", "Stopped at the API's limit")
def children_ceiling(day: dt.date) -> Iterator[Suspicion]:
    """Somebody read of so many children through the API, with a browser's session, that it stopped answering them."""
    reached = AuditEvent.objects.filter(action=Action.CHILDREN_CEILING, at__date=day, actor__isnull=False)
    for event in reached.order_by("at"):
        if event.actor_id:
            number = counted(event.detail["children"], "child,children")
            why = f"Read of {number} in a day through the API, which then stopped answering them."
            yield Suspicion(event.actor_id, why, event_id=event.pk)


@rule("failed-sign-ins", "Many failed sign-ins")
def failed_sign_ins(day: dt.date) -> Iterator[Suspicion]:
    """Somebody's address was typed again and again with a password that was not theirs."""
    failed = AuditEvent.objects.filter(action=Action.SIGN_IN_FAILED, at__date=day, detail__has_key="address")
    tries = list(failed.order_by("at").values_list("detail__address", "network"))
    tried = Counter(address for address, _ in tries)
    often = {address: number for address, number in tried.items() if number >= MANY_FAILURES}
    if not often:
        return
    for person in User.objects.active().only("pk", "email"):
        if number := often.get(address := blinded(person.email)):
            come_from = Counter(network for typed, network in tries if typed == address)
            why = f"A wrong password was given for their address {counted(number, 'time')} in a day"
            yield Suspicion(person.pk, f"{why}{_from_networks(come_from)}.")


def _from_networks(times: Counter[str]) -> str:
    """Most of them from 203.0.113.0/24; of more than three, how many more there are."""
    known = [network for network, _ in times.most_common() if network]
    more = (
        f" and {counted(len(known) - NETWORKS_NAMED, 'other network')}" if len(known) > NETWORKS_NAMED else ""
    )
    return f", from {', '.join(known[:NETWORKS_NAMED])}{more}" if known else ""


@rule("no-verdict", "Emergency without a verdict")
def no_verdict(day: dt.date) -> Iterator[Suspicion]:
    """A case was opened in an emergency, and the day on which its verdict was due is over without one."""
    due = BreakGlass.objects.filter(review_by=day).exclude(reviewed_at__date__lte=day)
    for emergency in due.order_by("opened_at"):
        why = "Opened the case in an emergency, and nobody had given a verdict within two working days."
        yield Suspicion(emergency.user_id, why, emergency.case_id)


def family_names(name: str) -> set[str]:
    """The last word of a name, and each half of it where it has a hyphen."""
    last = name.casefold().split()[-1:]
    return {*last, *(half for word in last for half in re.split("[-\u2010\u2011\u2013]", word) if half)}


def names_by_case(cases: set[uuid.UUID]) -> dict[uuid.UUID, tuple[str, list[str]]]:
    """The family name of each case's child, and the other names the child is known by."""
    rows = Case.objects.filter(pk__in=cases).select_related("child").prefetch_related("child__aliases")
    return {
        case.pk: (case.child.family_name, [alias.name for alias in case.child.aliases.all()]) for case in rows
    }


def unreviewed_days(today: dt.date) -> list[dt.date]:
    """The days that have ended since the last one that was looked over; at first, yesterday."""
    asked = AuditEvent.objects.filter(action=Action.AUDIT_LOOKED_OVER, at__lte=timezone.now()).order_by("-at")
    done = [dt.date.fromisoformat(told) for told in asked.values_list("detail__day", flat=True)[:LATEST]]
    ended = [day for day in done if day < today]
    first = max(ended) + dt.timedelta(days=1) if ended else today - dt.timedelta(days=1)
    return [first + dt.timedelta(days=number) for number in range((today - first).days)]


def looks_at_several(actions: Iterable[Action] = LOOKS) -> QuerySet[AuditEvent]:
    """Every look at a case by a person, and every copy or page that showed them several; or these acts instead."""
    several = Q(case_id__isnull=False) | Q(detail__has_key="cases")
    return AuditEvent.objects.filter(several, action__in=list(actions), actor__isnull=False)


def first_looks(looks: QuerySet[AuditEvent], day: dt.date) -> dict[tuple[uuid.UUID, uuid.UUID], AuditEvent]:
    """Of these looks, the day's first of each person at each case."""
    first: dict[tuple[uuid.UUID, uuid.UUID], AuditEvent] = {}
    for event in looks.filter(at__date=day).order_by("at"):
        for case in cases_in(event):
            if event.actor_id:
                first.setdefault((event.actor_id, case), event)
    return first


def cases_in(event: AuditEvent) -> set[uuid.UUID]:
    """The cases that this look opened or showed, and the concerns that had none yet."""
    shown = {uuid.UUID(key) for key in event.detail.get("cases", ())}
    return shown | {event.case_id} if event.case_id else shown


def cases_by_day(
    looks: QuerySet[AuditEvent], begin: dt.date, end: dt.date
) -> dict[uuid.UUID, dict[dt.date, set[uuid.UUID]]]:
    """Which cases these looks showed each person on each day that they showed any."""
    found: dict[uuid.UUID, dict[dt.date, set[uuid.UUID]]] = defaultdict(lambda: defaultdict(set))
    rows = looks.filter(at__date__gte=begin, at__date__lt=end)
    for event in rows.only("actor_id", "case_id", "at", "detail").iterator():
        if event.actor_id:
            found[event.actor_id][timezone.localdate(event.at)] |= cases_in(event)
    return found


def at_those_hours(looks: QuerySet[AuditEvent], day: dt.date) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Which cases these looks showed each person at night."""
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for event in looks.filter(at__date=day):
        moment = timezone.localtime(event.at).time()
        if (moment >= NIGHT_BEGINS or moment < NIGHT_ENDS) and event.actor_id:
            found[event.actor_id] |= cases_in(event)
    return found


def led_by(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, set[uuid.UUID]]:
    """The cases that each of these people leads."""
    led: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    rows = Case.objects.filter(lead_professional__in=list(people))
    for person, case in rows.values_list("lead_professional", "pk"):
        if person:
            led[person].add(case)
    return led


def privacy_officers() -> QuerySet[Membership]:
    """Anyone who reviews what the rules bring up."""
    return (
        Membership.objects.current()
        .filter(role="privacy_officer", user__is_active=True)
        .select_related("user")
    )
