"""The way of a pack: begun, written, read by a second person, published, corrected; and what the board decided."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cse_portal.access import gate
from cse_portal.access.permissions import Permission
from cse_portal.access.user_context import people_who_may
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from cse_portal.audit.recorder import record
from cse_portal.errors import NotAllowedNow
from cse_portal.jobs.models import Job
from cse_portal.jobs.services import enqueue, notify
from cse_portal.keys import new_key
from cse_portal.reference.quarters import Quarter
from cse_portal.ui.pdf import Rendered
from reporting.board.models import BoardDecision, BoardPack, PackFile, PackState, PackVersion
from reporting.board.selectors.facts import gather, region_of
from reporting.returns.models import RegionalReturn
from reporting.returns.selectors.returns import NotSigned
from reporting.returns.services import returns

JOB = "reporting.board_pack"


class PackDamaged(NotAllowedNow):
    """The file is not the one that was published."""

    message = "The stored pack is damaged. Tell the portal's support team."


class PackChanged(NotAllowedNow):
    """Somebody saved the pack since the page was opened."""

    message = (
        "Somebody else has changed this pack. What you typed is still here: open the pack again and compare."
    )


class NotNow(NotAllowedNow):
    """The state of the pack forbids it."""

    message = "The pack has moved on since you opened this page. Open it again to see how far it is."


@transaction.atomic
def begin(*, quarter: Quarter, by: User) -> BoardPack:
    """Begin the pack of a quarter that has ended; its figures are asked for where nobody has yet."""
    gate.require(by, Permission.BOARD_REPORT_PUBLISH)
    if not RegionalReturn.objects.filter(quarter=quarter.slug).exists():
        returns.start(quarter=quarter.slug, by=by)
    made, is_new = BoardPack.objects.get_or_create(
        quarter=quarter.slug, defaults={"starts_on": quarter.starts_on, "written_by": by}
    )
    if is_new:
        _record(made, by, "begun")
    return made


@transaction.atomic
def write(
    *,
    pack: BoardPack,
    page: str,
    values: Mapping[str, Any],
    version: int,
    by: User,
    asked: Sequence[Mapping[str, Any]] = (),
) -> BoardPack:
    """The analyst's words for one page; on the first page also what the board is asked."""
    gate.require(by, Permission.BOARD_REPORT_PUBLISH)
    locked = _locked(pack, PackState.DRAFT, version=version)
    kept = locked.words.get(page, {}) if page == "cover" else {}
    locked.words = {**locked.words, page: {**kept, **values}}
    locked.written_by = by
    if page == "summary":
        _ask(locked, asked)
    return _changed(locked, by, f"words of {page}")


@transaction.atomic
def add_foreword(*, pack: BoardPack, foreword: str, chair: str, version: int, by: User) -> BoardPack:
    """The chair's words on the cover, until the pack is published."""
    gate.require(by, Permission.BOARD_PACK_ANSWER)
    locked = _locked(pack, PackState.DRAFT, PackState.READING, version=version)
    cover = {**locked.words.get("cover", {}), "foreword": foreword, "chair": chair}
    locked.words = {**locked.words, "cover": cover}
    return _changed(locked, by, "foreword")


@transaction.atomic
def send(*, pack: BoardPack, version: int, by: User) -> BoardPack:
    """To the second reader, who publishes it or sends it back; the chair is told that it waits for a foreword."""
    gate.require(by, Permission.BOARD_REPORT_PUBLISH)
    locked = _locked(pack, PackState.DRAFT, version=version)
    locked.region = region_of(locked, by)
    locked.state, locked.written_by = PackState.READING, by
    for reader in people_who_may(Permission.BOARD_PACK_ANSWER):
        text = f"The board pack for {locked.label} waits for its second reader and for the chair’s foreword."
        notify(user=reader, text=text, url=locked.get_absolute_url())
    return _changed(locked, by, "sent to the second reader")


@transaction.atomic
def send_back(*, pack: BoardPack, reason: str, version: int, by: User) -> BoardPack:
    """The second reader wants something changed."""
    gate.require(by, Permission.BOARD_PACK_CHECK)
    locked = _locked(pack, PackState.READING, version=version)
    locked.state, locked.reason = PackState.DRAFT, reason
    text = f"The board pack for {locked.label} has come back from its second reader."
    notify(user=locked.written_by, text=text, url=locked.get_absolute_url())
    return _changed(locked, by, "sent back")


@transaction.atomic
def publish(*, pack: BoardPack, version: int, by: User) -> Job:
    """The second reader publishes the next version: its words and figures are frozen, and a job draws its files."""
    gate.require(by, Permission.BOARD_PACK_CHECK)
    locked = _locked(pack, PackState.READING, version=version)
    if locked.written_by == by:
        raise NotAllowedNow("Another person than the one who wrote the pack publishes it.")
    facts = gather(locked, by)
    if not facts["signed"]:
        raise NotSigned
    earlier = PackVersion.objects.filter(pack=locked).count()
    made = PackVersion.objects.create(
        pack=locked, number=f"1.{earlier}", words=locked.words, facts=facts, reason=locked.reason if earlier else "",
        written_by=locked.written_by, read_by=by,
    )  # fmt: skip
    locked.state, locked.reason = PackState.PUBLISHED, ""
    _changed(locked, by, f"version {made.number}", Action.BOARD_PACK_PUBLISHED)
    key = f"{locked.quarter}.{made.number}"
    return enqueue(kind=JOB, key=key, requested_by=by, payload={"version": str(made.pk)})


@transaction.atomic
def correct(*, pack: BoardPack, reason: str, version: int, by: User) -> BoardPack:
    """Open a published pack again for its next version. The published ones stay as they are."""
    gate.require(by, Permission.BOARD_REPORT_PUBLISH)
    locked = _locked(pack, PackState.PUBLISHED, version=version)
    locked.state, locked.reason = PackState.DRAFT, reason
    return _changed(locked, by, "correction")


@transaction.atomic
def keep(*, version: PackVersion, drawn: Mapping[str, Rendered]) -> None:
    """Store the files of a version under names that say nothing, and tell its readers; stored once, never again."""
    locked = PackVersion.objects.select_for_update(of=("self",)).select_related("pack").get(pk=version.pk)
    if locked.files.exists():
        return
    for audience, rendered in drawn.items():
        PackFile.objects.create(
            version=locked, audience=audience, sha256=hashlib.sha256(rendered.pdf).hexdigest(), pages=rendered.pages,
            file_name=default_storage.save(f"board-packs/{new_key().hex}", ContentFile(rendered.pdf)),
        )  # fmt: skip
    text = f"The board pack for {locked.pack.label}, version {locked.number}, is published."
    for reader in people_who_may(Permission.BOARD_REPORT_VIEW):
        notify(user=reader, text=text, url=reverse("reporting:board-pack", args=[locked.pack.quarter]))


@transaction.atomic
def download(*, file: PackFile, by: User) -> bytes:
    """The PDF, unchanged since it was made, for a person who may read it; the reading is on record."""
    gate.require(by, Permission.BOARD_REPORT_VIEW)
    try:
        with default_storage.open(file.file_name) as stored:
            pdf: bytes = stored.read()
    except FileNotFoundError:
        raise PackDamaged from None
    if hashlib.sha256(pdf).hexdigest() != file.sha256:
        raise PackDamaged
    detail = {"version": file.version.number, "audience": file.audience, "sha256": file.sha256}
    record(Action.BOARD_PACK_DOWNLOADED, by=by, obj=file.version.pack, detail=detail)
    return pdf


@transaction.atomic
def decide(*, decision: BoardDecision, values: Mapping[str, Any], by: User) -> BoardDecision:
    """What the board decided about what it was asked, who answers for it, and by when. Said once."""
    gate.require(by, Permission.BOARD_PACK_ANSWER)
    locked = BoardDecision.objects.select_for_update(of=("self",)).select_related("pack").get(pk=decision.pk)
    if not PackVersion.objects.filter(pack=locked.pack).exists():
        raise NotAllowedNow("The board decides once the pack is published.")
    if locked.outcome:
        raise NotAllowedNow("What the board decided is recorded already.")
    for name, value in values.items():
        setattr(locked, name, value)
    locked.decided_by = by
    locked.save()
    record(Action.BOARD_DECISION_RECORDED, by=by, obj=locked.pack, detail={"number": locked.number})
    return locked


@transaction.atomic
def report(*, decision: BoardDecision, became: str, is_done: bool, by: User) -> BoardDecision:
    """What became of a decision; the next quarter's pack says it."""
    gate.require(by, Permission.BOARD_PACK_ANSWER)
    locked = BoardDecision.objects.select_for_update(of=("self",)).select_related("pack").get(pk=decision.pk)
    if not locked.outcome:
        raise NotAllowedNow("The board has not decided this yet.")
    locked.became, locked.is_done = became, is_done
    locked.became_by, locked.became_at = by, timezone.now()
    locked.save()
    detail = {"number": locked.number, "done": is_done}
    record(Action.BOARD_DECISION_RECORDED, by=by, obj=locked.pack, detail=detail)
    return locked


@transaction.atomic(savepoint=False)
def record_view(*, pack: BoardPack, version: str, by: User) -> None:
    """A person read the pack as a page, or its draft on paper."""
    record(Action.BOARD_PACK_VIEWED, by=by, obj=pack, detail={"version": version})


def _ask(pack: BoardPack, asked: Sequence[Mapping[str, Any]]) -> None:
    """What is asked, in its order; what the board has decided stays as it was asked."""
    decided = set(
        BoardDecision.objects.filter(pack=pack).exclude(outcome="").values_list("number", flat=True)
    )
    BoardDecision.objects.filter(pack=pack, outcome="").delete()
    for number, values in enumerate(asked, 1):
        if number not in decided and values.get("asked"):
            BoardDecision.objects.create(pack=pack, number=number, **values)


def _locked(pack: BoardPack, *states: PackState, version: int) -> BoardPack:
    locked = BoardPack.objects.select_for_update().get(pk=pack.pk)
    if locked.state not in states:
        raise NotNow
    if locked.version != version:
        raise PackChanged
    return locked


def _changed(pack: BoardPack, by: User, what: str, action: Action = Action.BOARD_PACK_CHANGED) -> BoardPack:
    pack.version += 1
    pack.save()
    _record(pack, by, what, action)
    return pack


def _record(pack: BoardPack, by: User, what: str, action: Action = Action.BOARD_PACK_CHANGED) -> None:
    record(action, by=by, obj=pack, detail={"quarter": pack.quarter, "what": what})
