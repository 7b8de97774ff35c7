"""Keeping what a version of the minutes says of each item of a meeting about no one child."""

from typing import Any

from cse_portal import acting
from intelligence.disruption.models import Disruption
from mase.meetings.choices import ItemKind
from mase.meetings.models.agenda import AgendaItem
from mase.minutes.models import MinutesVersion, SentWords
from mase.minutes.selectors.content import fingerprint_of_item
from mase.plans.models.plan import PlanAction


def keep_words(version: MinutesVersion) -> None:
    """Copy the words, decision and agreed actions of every item into the version."""
    with acting.for_the_system():
        items = AgendaItem.objects.filter(meeting=version.minutes.meeting_id).select_related(
            "case", "wording"
        )
        rows = [_sent(version, item) for item in items]
        SentWords.objects.bulk_create(rows)
        version.digests = sorted(row.sha256 for row in rows)
        version.save(update_fields=["digests"])


def _sent(version: MinutesVersion, item: AgendaItem) -> SentWords:
    wording = getattr(item, "wording", None)
    row = SentWords(
        version=version,
        item=item,
        words=wording.words if wording else item.notes,
        worded_by_id=wording.saved_by_id if wording and wording.is_reworded else None,
        decision=item.decision,
        deferred=item.deferred_reason,
        category=item.case.category if item.case and item.kind == ItemKind.CHILD else None,
        agreed=_agreed_under(item),
    )
    row.sha256 = fingerprint_of_item(row)
    return row


def _agreed_under(item: AgendaItem) -> list[dict[str, Any]]:
    """The actions and the disruption agreed under an item, as they are today."""
    actions = PlanAction.objects.filter(item=item).select_related("agency", "owner")
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
