"""Packs, their versions and files, and the strategy's measures of success, as far as somebody may see them."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.rows import get_visible
from cse_portal.accounts.models import User
from cse_portal.errors import NotVisible
from cse_portal.reference.models import Code
from cse_portal.reference.quarters import Quarter
from cse_portal.reference.selectors import codes
from reporting.board.models import (
    BoardDecision,
    BoardPack,
    BoardPackQuerySet,
    PackFile,
    PackState,
    PackVersion,
)
from reporting.board.selectors.facts import gather
from reporting.measures.selectors import registry
from reporting.measures.selectors.registry import Headline, Measure
from reporting.returns.models import RegionalReturn
from reporting.returns.selectors.changes import Reading, series
from reporting.returns.selectors.returns import last_ended_quarter
from reporting.workforce.selectors.people import Share, everybody

AUDIENCES = "board-audience"
OFFERED = 8
IN_A_YEAR = 4


@dataclass(frozen=True)
class Edition:
    """What of a pack is read: its words and facts, and which version it is; a draft has no version."""

    pack: BoardPack
    words: Mapping[str, Any]
    facts: Mapping[str, Any]
    version: PackVersion | None = None


def packs(user: User) -> BoardPackQuerySet:
    """The packs this person may see, newest quarter first, each with its versions and their files."""
    gate.require(user, Permission.BOARD_REPORT_VIEW)
    files = Prefetch("files", PackFile.objects.order_by("pk"))
    versions = Prefetch(
        "versions", PackVersion.objects.prefetch_related(files).filter(files__gt=0).distinct()
    )
    found = BoardPack.objects.visible_to(user).select_related("written_by")
    return found.prefetch_related(versions, "decisions").order_by("-starts_on")


def find_pack(user: User, quarter: str) -> BoardPack:
    """The pack of a quarter; NotVisible when there is none this person may see."""
    return get_visible(packs(user).filter(quarter=quarter))


def edition(user: User, pack: BoardPack, number: str = "") -> Edition:
    """A version by its number, or else the draft for who may read it, or else the newest version."""
    published = _versions(pack).exists()
    if not number and (not published or (pack.state != PackState.PUBLISHED and sees_draft(user, pack))):
        return draft_of(pack, user)
    found = version_of(pack, number)
    return Edition(pack, found.words, found.facts, found)


def draft_of(pack: BoardPack, user: User) -> Edition:
    """The pack as it would be published now."""
    return Edition(pack, pack.words, gather(pack, user))


def version_of(pack: BoardPack, number: str) -> PackVersion:
    """A version that can be read, by its number; the newest without one."""
    found = _versions(pack).filter(number=number) if number else _versions(pack)
    newest = found.first()
    if newest is None:
        raise NotVisible
    return newest


def _versions(pack: BoardPack) -> QuerySet[PackVersion]:
    """Those that can be read, the newest first."""
    return PackVersion.objects.filter(pack=pack).exclude(files=None).select_related("pack", "read_by")


def sees_draft(user: User, pack: BoardPack) -> bool:
    """The analyst, and from when the second reader has it everyone who reads packs."""
    return pack.state != PackState.DRAFT or gate.can(user, Permission.BOARD_REPORT_PUBLISH)


def version_to_draw(pk: uuid.UUID) -> PackVersion:
    """For the job that draws it."""
    return PackVersion.objects.select_related("pack", "read_by").get(pk=pk)


def file_of(version: PackVersion, audience: str) -> PackFile:
    """The PDF of a version for one board."""
    return get_visible(PackFile.objects.filter(version=version, audience=audience))


def find_decision(user: User, quarter: str, number: int) -> BoardDecision:
    """One thing that a pack asks; NotVisible when there is none this person may see."""
    rows = decisions_of(user, find_pack(user, quarter))
    return get_visible(rows.filter(number=number).select_related("pack"))


def decisions_of(user: User, pack: BoardPack) -> QuerySet[BoardDecision]:
    """What a pack asks; of a draft that this person does not read, only what is decided."""
    rows = BoardDecision.objects.filter(pack=pack)
    return rows if sees_draft(user, pack) else rows.exclude(outcome="")


def audiences() -> list[Code]:
    """The boards that are given the pack."""
    return list(codes(AUDIENCES))


def quarters_to_begin(user: User) -> list[Quarter]:
    """Quarters that have ended and have no pack yet, newest first, for who writes packs."""
    if not gate.can(user, Permission.BOARD_REPORT_PUBLISH):
        return []
    offered = last_ended_quarter().with_before(OFFERED)
    taken = set(BoardPack.objects.values_list("quarter", flat=True))
    return [quarter for quarter in reversed(offered) if quarter.slug not in taken]


@dataclass(frozen=True)
class SuccessFacts:
    """The measures of success, the headlines that tell of them, and what was published of these, oldest first."""

    measures: list[Code]
    headlines: Mapping[str, tuple[Measure, Headline]]
    quarters: list[Quarter]
    told: Mapping[str, Mapping[str, Reading | None]]
    trained_today: Share


def success(user: User) -> SuccessFacts:
    """The strategy's own measures (section 22), with figures of the quarters whose pack was published."""
    gate.require(user, Permission.STRATEGIC_VIEW)
    published = BoardPack.objects.published().order_by("-starts_on")
    newest = published.first()
    quarters = newest.period.with_before(IN_A_YEAR) if newest else []
    wanted = published.filter(quarter__in=[each.slug for each in quarters]).values("quarter")
    signed = RegionalReturn.objects.signed().current().filter(quarter__in=wanted)
    returns = dict(signed.values_list("quarter", "pk"))
    known = registry.headlines(quarters[-1].ends_on) if quarters else {}
    measures = list(codes("success-measure"))
    used = {code: known[code] for each in measures for code in each.extra["figures"] if code in known}
    trained = Share("", "All", everybody())
    return SuccessFacts(measures, used, quarters, series(returns, used.values()), trained)
