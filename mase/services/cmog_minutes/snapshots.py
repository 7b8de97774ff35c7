"""Copies of what a CMOG's minutes say, with their fingerprints: nobody sees every item, so the system makes them."""

import hashlib
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from cse_portal import acting
from intelligence.models import Disruption
from mase.choices import CmogKind
from mase.models import (
    CmogItem,
    CmogMinutes,
    CmogMinutesAddendum,
    CmogMinutesVersion,
    CmogSentWords,
    PlanAction,
)

SAID = ("words", "worded_by_id", "decision", "deferred", "category", "agreed")


def keep_words(version: CmogMinutesVersion) -> None:
    """Copy the words, decision and agreed actions of every item into the version."""
    with acting.for_the_system():
        items = CmogItem.objects.filter(meeting=version.minutes.meeting_id).select_related("case", "wording")
        rows = [_sent(version, item) for item in items]
        CmogSentWords.objects.bulk_create(rows)
        version.digests = sorted(row.sha256 for row in rows)
        version.save(update_fields=["digests"])


def fingerprint(version: CmogMinutesVersion) -> str:
    """One hash over what the version says of all its items."""
    return _digest([str(version.pk), *version.digests])


def is_unchanged(minutes: CmogMinutes) -> bool:
    """Whether what was agreed and every correction still have their fingerprints.

    An item that was disposed of with a child's record is not missed: its fingerprint stays among those of the version.
    """
    with acting.for_the_system():
        final = minutes.versions.filter(is_final=True).first()
        if final is None or minutes.sha256 != fingerprint(final):
            return False
        words = list(CmogSentWords.objects.filter(version=final))
        addenda = list(CmogMinutesAddendum.objects.filter(minutes=minutes).order_by("number"))
    kept = all(row.sha256 == said(row) and row.sha256 in final.digests for row in words)
    return kept and all(row.sha256 == added(row) for row in addenda)


def said(row: CmogSentWords) -> str:
    """The fingerprint of what a version says of one item."""
    return _digest({"item": row.item_id, **{name: getattr(row, name) for name in SAID}})


def added(row: CmogMinutesAddendum) -> str:
    """The fingerprint of a correction, over that of the one before."""
    return _digest([row.pk, row.number, row.item_id, row.text, row.by_id, row.follows])


def _sent(version: CmogMinutesVersion, item: CmogItem) -> CmogSentWords:
    wording = getattr(item, "wording", None)
    reworded = wording is not None and wording.text != item.notes
    row = CmogSentWords(
        version=version,
        item=item,
        words=wording.text if wording else item.notes,
        worded_by_id=wording.saved_by_id if wording and reworded else None,
        decision=item.decision,
        deferred=item.deferred_reason,
        category=item.case.category if item.case and item.kind == CmogKind.CHILD else None,
        agreed=_agreed_under(item),
    )
    row.sha256 = said(row)
    return row


def _agreed_under(item: CmogItem) -> list[dict[str, Any]]:
    """The actions and the disruption agreed under an item, as they are today."""
    actions = PlanAction.objects.filter(cmog_item=item).select_related("agency", "owner")
    tactics = Disruption.objects.filter(source_id=item.pk).select_related("agency")
    lines = [
        (each.set_at, {
            "id": str(each.pk), "text": each.text, "agency": each.agency.short_name,
            "owner": each.owner.full_name if each.owner else "", "due_on": each.due_on.isoformat(),
            "priority": each.priority, "measure": each.measure_of_success,
        })
        for each in actions
    ] + [
        (each.agreed_at, {
            "id": str(each.pk), "text": each.text, "agency": each.agency.short_name, "tactic": each.tactic,
            "due_on": each.due_on.isoformat(),
        })
        for each in tactics
    ]  # fmt: skip
    return [line for _, line in sorted(lines, key=lambda found: (found[0], found[1]["id"]))]


def _digest(words: object) -> str:
    told = json.dumps(words, cls=DjangoJSONEncoder, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()
