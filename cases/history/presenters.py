"""A child's life over time, and the people in it, in words and pictures."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cases.family.models import NetworkMember, YesNoUnknown
from cases.family.presenters import CONTACT, MemberRow
from cases.history.models import PERIOD_LISTS, LifePeriod, PeriodKind
from cases.history.selectors import OfConcern
from cases.record.models.child import Child
from cse_portal.reference.selectors import find_code, label
from cse_portal.ui.charts import network, spans
from cse_portal.ui.charts.shapes import Chart
from cse_portal.ui.presenters import age_on, display_date, joined

GROUPS = {"family": "Family", "home": "Home", "friends": "Friends", "professionals": "Professionals"}
NAMED = 3  # of those of concern, in the sentence
SEXES = {"1": network.Sex.MALE, "2": network.Sex.FEMALE}


@dataclass(frozen=True)
class NetworkPicture:
    """The family and network as one drawing for a desk and one for a phone, and what they show."""

    sentence: str
    wide: str
    narrow: str


@dataclass(frozen=True)
class PeriodRow:
    """What is the case now, or was, in a line."""

    key: uuid.UUID
    kind: str
    words: str
    detail: str
    when: str
    is_present: bool


def picture_of(
    child: Child, members: Iterable[NetworkMember], concerned: Sequence[OfConcern]
) -> NetworkPicture | None:
    """Everybody who is part of the child's life now, and who and what is of concern; None where there is nobody."""
    now = [each for each in members if each.ended_on is None]
    if not now and not concerned:
        return None
    groups = [
        network.Group(title, [_person(each) for each in now if group_of(each) == code])
        for code, title in GROUPS.items()
    ]
    tied = [network.Person(each.name, each.said[0].partition(":")[0], kind=each.kind) for each in concerned]
    groups.append(network.Group("Of concern", tied, of_concern=True))
    said = _sentence(child, now, concerned)
    name, age = child.given_name or child.name, str(age_on(child.date_of_birth) or "")
    return NetworkPicture(
        said,
        network.network(name, age, groups, said),
        network.network(name, age, groups, said, narrow=True),
    )


def grouped(members: Iterable[NetworkMember], rows: Iterable[MemberRow]) -> list[tuple[str, list[MemberRow]]]:
    """The rows of people who are part of the child's life now, under the headings of the picture."""
    groups = {each.pk: group_of(each) for each in members}
    shown = [each for each in rows if each.is_current]
    found = [(title, [each for each in shown if groups[each.key] == code]) for code, title in GROUPS.items()]
    return [(title, those) for title, those in found if those]


def group_of(member: NetworkMember) -> str:
    """The group of the picture: at home, family, friends or professionals."""
    code = find_code("family-relation", member.relation)
    group = str(code.extra.get("group", "family")) if code else "family"
    return group if group in GROUPS else "family"


def _person(member: NetworkMember) -> network.Person:
    age = age_on(member.date_of_birth)
    role = member.organisation or label("family-relation", member.relation)
    return network.Person(
        name=f"{member.name}, {age}" if age is not None and age < 25 else member.name,
        role=role,
        sex=SEXES.get(member.sex or _SEX_OF.get(member.relation, ""), network.Sex.NOT_KNOWN),
        lives_with=member.lives_with_child,
        is_trusted=member.is_trusted,
        contact_unsafe=member.contact_safe == YesNoUnknown.NO,
    )


_SEX_OF = {"MOTHER": "2", "FATHER": "1"}


def _sentence(child: Child, now: Sequence[NetworkMember], concerned: Sequence[OfConcern]) -> str:
    """Whom the child trusts, lives with, whom nobody should contact, and who and what is of concern."""
    name = child.given_name or "The child or young person"
    trusted = [each.name for each in now if each.is_trusted]
    home = [each.name for each in now if each.lives_with_child]
    unsafe = [each.name for each in now if each.contact_safe == YesNoUnknown.NO]
    said = [
        f"{name} trusts {joined(trusted)}." if trusted else f"Nobody is recorded yet whom {name} trusts.",
        f"At home: {joined(home)}." if home else "",
        f"{CONTACT[YesNoUnknown.NO]}: {joined(unsafe)}." if unsafe else "",
        f"Of concern: {joined(each.name for each in concerned[:NAMED])}." if concerned else "",
    ]
    return " ".join(each for each in said if each)


def period_rows(periods: Iterable[LifePeriod]) -> list[PeriodRow]:
    """Each period in a line."""
    return [
        PeriodRow(
            key=each.pk,
            kind=each.get_kind_display(),
            words=words_of(each),
            detail=_detail(each),
            when=f"Since {display_date(each.began_on)}"
            if each.ended_on is None
            else f"{display_date(each.began_on)} to {display_date(each.ended_on)}",
            is_present=each.ended_on is None,
        )
        for each in periods
    ]


def words_of(period: LifePeriod) -> str:
    """The place and what it is; a confidential home has no place here."""
    what = label(PERIOD_LISTS[PeriodKind(period.kind)], period.code)
    if not period.name:
        return what
    return f"{period.name}: {what[:1].lower()}{what[1:]}"


def _detail(period: LifePeriod) -> str:
    parts = [
        f"Attendance {period.attendance}%" if period.attendance is not None else "",
        f"{period.exclusions} suspensions or exclusions" if period.exclusions else "",
        label("special-needs", period.special_needs) if period.special_needs not in ("", "N") else "",
        period.reason,
    ]
    return ". ".join(each for each in parts if each)


def over_the_years(
    periods: Sequence[LifePeriod], missing: Sequence[dt.date], *, today: dt.date
) -> Chart | None:
    """School, home and legal status over the years, with the days on which missing episodes began."""
    if not periods:
        return None
    rows = [
        spans.Row(
            kind.label,
            [
                spans.Span(words_of(each), each.began_on, each.ended_on, each.reason)
                for each in periods
                if each.kind == kind
            ],
        )
        for kind in PeriodKind
    ]
    now = [each for each in periods if each.ended_on is None]
    said = " ".join(
        f"{each.get_kind_display()}: {words_of(each)}, since {display_date(each.began_on)}." for each in now
    )
    return spans.over_time("School, home and legal status", said, rows, missing, "Missing", today)
