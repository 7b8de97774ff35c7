"""The Tonight sheet in words: whom to call, who must not collect the child, where to look, and what calms them."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from cases.family.models import NetworkMember, YesNoUnknown
from cases.identity.presenters import contact_rows
from cases.missing.models import MissingEpisode
from cases.missing.presenters.lists import lasted, missing_rows
from cases.record.models.case import Case
from cases.sharing.models import BreakGlass
from cases.tonight.selectors import Found
from cases.trigger_plans.models import TriggerPlan
from cases.trigger_plans.presenters import KNOWN_TO_POLICE, lines, parts, person, place
from cse_portal.reference import selectors as reference
from cse_portal.ui.presenters import age_on, joined

SAFETY = {YesNoUnknown.YES: "", YesNoUnknown.UNKNOWN: "Not known if contact is safe: ask the lead first"}
STILL_TO_TELL = "Not told yet"


@dataclass(frozen=True)
class Call:
    """Somebody to call, in their order; without a number there is nothing to press."""

    who: str
    words: str
    phone: str
    warning: str = ""

    @property
    def dial(self) -> str:
        """The number as a telephone takes it."""
        return re.sub(r"[^0-9+]", "", self.phone)


def sheet(case: Case, found: Found, photo: str) -> dict[str, Any]:
    """What the page shows, each list in the order in which it helps."""
    plan, child, now = found.plan, case.child, timezone.now()
    away = next((each for each in found.episodes if each.is_open), None)
    people = [person(each) for each in _lines(plan, "people")]
    dark = [who for _, is_dark, who in people if is_dark]
    suspected = {each.name: each.details.rstrip(".") for each in reversed(found.suspected)}
    named = [each for each in found.family if any(_names(who, each.name) for who in (*dark, *suspected))]
    barred = [each for each in found.family if each.contact_safe == YesNoUnknown.NO or each in named]
    feared = [who for who in dark if not any(_names(who, each.name) for each in barred)]
    said = [*feared, *(each.name for each in barred)]
    others = [name for name in suspected if not any(_names(who, name) for who in said)]
    feared += [", ".join(filter(None, (name, suspected[name]))) for name in others]
    strip = missing_rows([away])[0] if away else None
    lists = [
        (f"What calms {child.given_name or 'them'}", _lines(plan, "calms")),
        ("What makes it worse", _lines(plan, "makes_worse")),
        ("When they are found", _lines(plan, "when_found")),
    ]
    return {
        "name": child.given_name or "The child",
        "child": child,
        "age": age_on(child.date_of_birth),
        "photo": photo,
        "plan": plan,
        "wearing": away.last_seen_wearing if away else "",
        "first": next(iter(_lines(plan, "medical")), ""),
        "missing": strip,
        "not_told": joined(_not_told(away)),
        "calls": list(_calls(case, found, away, barred, feared)),
        "barred": [
            *((each.name, f"{_relation(each)}. Do not call them. {each.contact_reason}") for each in barred),
            *((each, "Do not call them. Call 999") for each in feared),
        ],
        "contacts": contact_rows(found.contacts),
        "places": [_place(each) for each in _lines(plan, "places")],
        "people": [(tag, who) for tag, is_dark, who in people if not is_dark],
        "lists": [(heading, entries) for heading, entries in lists if entries],
        "health": [*_lines(plan, "medical"), *(f"{each.text} ({each.agency.short_name})" for each in found.health)],
        "times": getattr(case, "times_missing", 0),
        "earlier": [_earlier(each) for each in found.episodes if each.returned_at],
        "emergency": found.emergency,
        "left": _left(found.emergency, now) if found.emergency else "",
        "now": now,
    }  # fmt: skip


def _lines(plan: TriggerPlan | None, field: str) -> list[str]:
    return lines(getattr(plan, field)) if plan else []


def _calls(
    case: Case, found: Found, away: MissingEpisode | None, barred: list[NetworkMember], feared: list[str]
) -> Iterator[Call]:
    """The police, then as the plan says, the family, and the lead: nobody whom it is not safe to contact."""
    log = f"Log {away.police_reference}" if away and away.police_reference else ""
    yield Call("Police", "In danger now", "999")
    yield Call("Police, not urgent", log, "101")
    waiting = set(_not_told(away))
    names = [*(each.name for each in barred), *(who.partition(",")[0] for who in feared)]
    used = {_digits(each.phone) for each in barred if each.phone}
    for line in _lines(found.plan, "calls"):
        who, phone = parts(line, 2)
        name, _, part = who.partition(", ")
        if _digits(phone) in used or any(_names(who, each) for each in names):
            continue
        used |= {_digits(phone)} - {""}
        yield Call(name, f"{part[:1].upper()}{part[1:]}", phone, STILL_TO_TELL if name in waiting else "")
    for member in sorted(found.family, key=_nearest):
        if member.ended_on or member in barred or not member.phone or _digits(member.phone) in used:
            continue
        words = [
            _relation(member),
            member.organisation,
            member.first_language,
            SAFETY[YesNoUnknown(member.contact_safe)],
        ]
        warning = STILL_TO_TELL if member.name in waiting else ""
        yield Call(member.name, ". ".join(filter(None, words)), member.phone, warning)
    if (lead := case.lead_professional) and lead.phone:
        yield Call(lead.full_name, "Leads the case", lead.phone)


def _not_told(away: MissingEpisode | None) -> list[str]:
    """Whom nobody has told yet that the child is missing."""
    calls = away.calls.all() if away else []
    return [each.with_whom for each in calls if each.done_at is None and each.call_at is None]


def _place(line: str) -> tuple[str, str, bool]:
    where, why, how = place(line)
    return where, ". ".join(filter(None, [why, how])), why == KNOWN_TO_POLICE


def _earlier(episode: MissingEpisode) -> tuple[str, str]:
    since = timezone.localtime(episode.missing_since)
    long = lasted(episode.missing_since, episode.returned_at or timezone.now())
    found = ", by ".join(filter(None, [episode.found_where, episode.found_by]))
    said = ". ".join(each.rstrip(".") for each in (found, episode.return_notes) if each)
    return f"{since:%A} {since.day} {since:%B}, {long}", said


def _left(opened: BreakGlass, now: dt.datetime) -> str:
    """How long the case is open still."""
    hours, minutes = divmod(int((opened.ends_at - now).total_seconds()) // 60, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _nearest(member: NetworkMember) -> tuple[bool, bool, bool]:
    """Who lives with the child, then who has parental responsibility, then whom the child trusts."""
    responsible = member.parental_responsibility == YesNoUnknown.YES
    return not member.lives_with_child, not responsible, not member.is_trusted


def _relation(member: NetworkMember) -> str:
    return reference.label("family-relation", member.relation)


def _digits(phone: str) -> str:
    """What two ways of writing one number have in common: 07700 900999 and +44 7700 900999."""
    return re.sub(r"\D", "", phone)[-10:]


def _names(words: str, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words, re.IGNORECASE))
