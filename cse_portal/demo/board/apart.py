"""What a few of the demo's cases keep apart: addresses, health detail, and the restricted part of meetings."""

import datetime as dt
from typing import Any

from django.utils import timezone

from cases.family import services as family
from cases.family.models import AddressKind, ConfidentialReason, HealthTopic
from cases.record.models.case import Case
from cse_portal.accounts.models import User
from mase.meetings.choices import ContributionKind
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import reports

ADDRESSES = (
    (
        AddressKind.HOME,
        ConfidentialReason.RISK,
        "14 Larkfield Mews\nWednesbury WS10 0ZZ\nRing twice; no sign.",
    ),
    (AddressKind.PLACEMENT, ConfidentialReason.REFUGE, "Harbour House\n2 Millrace Walk\nOldbury B69 0ZZ"),
    (AddressKind.CARER, ConfidentialReason.COURT, "Flat 6, Tannery Court\nSmethwick B66 0ZZ"),
)
NOTES = (
    (HealthTopic.CAMHS, 20, "Sleeps three to four hours. They help her with it."),
    (HealthTopic.SEXUAL, 12, "Tests were negative. She has a follow-up at the young people's clinic."),
    (HealthTopic.MEDICINE, 4, "Has an inhaler for asthma. No other medicine; no allergies known."),
)
SENTENCE = "Health sees her every two weeks and she comes by herself. Mornings are hard: meet her after 10am."
RESTRICTED = (
    "A man with a silver van was seen at the school gate on two days. The report is with the intelligence unit.",
    "Two other children were with her on Friday; their own social workers have been told.",
    "A neighbour gave the registration of a car and does not want to be named.",
)


def address(case: Case, number: int, by: User) -> None:
    """One of the three kinds, for a reason of its own."""
    kind, reason, where = ADDRESSES[number % len(ADDRESSES)]
    family.record_address(case=case, kind=kind, address=where, reason=reason, by=by)


def health_detail(case: Case, nurse: User) -> None:
    """Three notes, the first about CAMHS, and what she lets the table know."""
    for topic, days, text in NOTES:
        on = timezone.localdate() - dt.timedelta(days=days)
        more: dict[str, Any] = {}
        if topic == HealthTopic.CAMHS:
            next_on = timezone.localdate() + dt.timedelta(days=14)
            more = {"for_others": SENTENCE, "camhs": "yes", "camhs_worker": "Omar Reza", "next_on": next_on}
        family.add_note(case=case, topic=topic, happened_on=on, text=text, by=nurse, **more)


def for_professionals(meeting: Meeting, chair: User) -> None:
    """What one agency keeps from the family's copy, as the chair writes it down."""
    seat = meeting.invitations.exclude(role="CHAIR").exclude(agency=None).order_by("agency__kind").first()
    if seat is not None and seat.agency is not None:
        text = RESTRICTED[meeting.case.meetings.count() % len(RESTRICTED)]
        boxes = {ContributionKind.APART: reports.Box(text)}
        reports.contribute(meeting=meeting, agency=seat.agency, boxes=boxes, by=chair)
