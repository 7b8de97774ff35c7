"""The gate's questions and answers in words a privacy officer can send on."""

from dataclasses import dataclass

from cases.selectors import why
from cases.selectors.why import Explanation, GrantSeen, PartSeen
from cse_portal.ui.presenters import display_datetime, short_date

STOPPED = {
    why.EXPIRED: "ended",
    why.OTHER_AGENCY: "given when they did not work for the agency they work for now",
    why.RESTRICTED: "waits while the case is restricted",
    why.NOT_THEIR_AGENCY: "they do not work for this agency now",
}


@dataclass(frozen=True)
class Layer:
    """One question of the gate, the answer, and what it rests on."""

    question: str
    passes: bool
    because: list[str]


@dataclass(frozen=True)
class WhyPage:
    """The answer, and how it came about."""

    reference: str
    person: str
    sees: bool
    layers: list[Layer]
    parts: list[Layer]
    disagrees: bool


def why_page(found: Explanation) -> WhyPage:
    """Every layer in the order in which the gate asks."""
    return WhyPage(
        reference=found.case.reference,
        person=found.person.full_name,
        sees=found.gate_says,
        layers=[_account(found), _membership(found), _exclusion(found), _role(found), _grants(found)],
        parts=[_part(found, each) for each in found.parts],
        disagrees=found.disagrees,
    )


def _account(found: Explanation) -> Layer:
    active = found.person.is_active
    return Layer("Is the account active?", active, ["Yes" if active else "No: it has been switched off"])


def _membership(found: Explanation) -> Layer:
    question = "Do they work for a partner today?"
    if found.standing:
        post = found.standing.membership
        return Layer(
            question,
            True,
            [f"{post.agency.name}, {post.get_role_display()}, since {short_date(post.starts_on)}"],
        )
    last = found.last_membership
    if last is None:
        return Layer(question, False, ["They never have"])
    ended = f"until {short_date(last.ends_on)}" if last.ends_on else f"from {short_date(last.starts_on)}"
    return Layer(question, False, [f"{last.agency.name}, {last.get_role_display()}, {ended}"])


def _exclusion(found: Explanation) -> Layer:
    told = [
        f"{each.user or each.agency}, since {short_date(each.confirmed_at)}: {each.reason or each.get_basis_display()}"
        for each in found.exclusions
    ]
    return Layer(
        "Are they free of a conflict of interest?",
        not told,
        told or ["Nobody has excluded them or their agency"],
    )


def _role(found: Explanation) -> Layer:
    question = "Does their role work with cases?"
    if found.standing is None:
        return Layer(question, False, ["No role holds today"])
    label = found.standing.role.label
    return Layer(
        question,
        found.role_opens,
        [f"{label}: sees the cases they are given" if found.role_opens else f"{label}: sees no case"],
    )


def _grants(found: Explanation) -> Layer:
    counts = any(not each.stopped_by for each in found.grants)
    told = [_grant(each) for each in found.grants]
    if found.case.is_restricted:
        told.append("The case is restricted: only what is given by name counts")
    return Layer(
        "Have they, or their agency, been given this case?", counts, told or ["Nobody has given it to them"]
    )


def _part(found: Explanation, seen: PartSeen) -> Layer:
    """A part kept apart needs the case first, and then a grant of its own."""
    told = [_grant(each) for each in seen.grants] or ["Nobody has given it to them"]
    if not found.gate_says:
        told.append("They cannot see the case, so they see no part of it")
    return Layer(seen.part.label, seen.gate_says, told)


def _grant(each: GrantSeen) -> str:
    row = each.row
    to = each.to_agency.name if each.to_agency else "By name"
    until = f" until {display_datetime(row.expires_at)}" if row.expires_at else ""
    how = f"{row.get_source_display().lower()}, by {row.granted_by}, {short_date(row.granted_at)}{until}"
    given = f"{to}: {how}. {row.reason}"
    return f"{given} ({STOPPED[each.stopped_by]})" if each.stopped_by else given
