"""Words for the state of background work, and for what somebody is told of and how."""

import re

from django.db.models import TextChoices


class JobState(TextChoices):
    """Where a job stands."""

    QUEUED = "queued", "Waiting to start"
    RUNNING = "running", "Running"
    DONE = "done", "Finished"
    FAILED = "failed", "Stopped with an error"


class Topic(TextChoices):
    """What an outbox message asks for once its transaction has committed."""

    RUN_JOB = "run_job", "Start a job"
    MAIL = "mail", "Tell a person by e-mail that something waits"
    INVITE = "invite", "Send an invitation"
    CALENDAR = "calendar", "Send a meeting for somebody's calendar"
    DAILY = "daily", "Send a person their daily mail"


class NoticeKind(TextChoices):
    """What a notification is about."""

    CASE_WORK = "case_work", "Concerns, cases and reviews"
    MEETINGS = "meetings", "Meetings"
    REPORTS = "reports", "Reports for a meeting"
    MINUTES = "minutes", "Minutes"
    ACTIONS = "actions", "Actions of a plan"
    INTELLIGENCE = "intelligence", "Intelligence"
    FIGURES = "figures", "Returns and board packs"
    OVERSIGHT = "oversight", "Oversight: exclusions, emergencies, copies, audit and retention"
    ACCOUNT = "account", "Your account, and who takes part"


class NoticeWay(TextChoices):
    """How somebody is told of one kind. The list of notifications in the portal holds every one, whatever the way."""

    BOTH = "both", "A mail at once, and the daily mail while it is unread"
    AT_ONCE = "at_once", "A mail at once"
    DAILY = "daily", "The daily mail only"
    PORTAL = "portal", "No mail: only in the portal"


AT_ONCE = (NoticeWay.BOTH, NoticeWay.AT_ONCE)
IN_DAILY_MAIL = (NoticeWay.BOTH, NoticeWay.DAILY)
# No statutory clock and nobody's safety hangs on these; of everything else one can be told less, and never nothing.
MAY_BE_SILENT = (NoticeKind.INTELLIGENCE, NoticeKind.FIGURES)

# The page that a notification leads to says what it is about; the first that fits.
_LEADS_TO = tuple(
    (re.compile(address), kind)
    for address, kind in (
        (r"^/(meetings|cmog|strategic)/.*minutes", NoticeKind.MINUTES),
        (r"^/(meetings|cmog|strategic)/.*report", NoticeKind.REPORTS),
        (r"^/(meetings|cmog|strategic)", NoticeKind.MEETINGS),
        (r"^/actions/", NoticeKind.ACTIONS),
        (r"^/intelligence/", NoticeKind.INTELLIGENCE),
        (r"^/(returns|reports|attendance)/", NoticeKind.FIGURES),
        (r"^/(audit|retention|exclusions|emergency|copies|disclosures)/", NoticeKind.OVERSIGHT),
        (r"^/(accounts|people)/", NoticeKind.ACCOUNT),
    )
)


def kind_of(url: str) -> NoticeKind:
    """What a notification that leads there is about."""
    return next((kind for address, kind in _LEADS_TO if address.match(url)), NoticeKind.CASE_WORK)


class NoticeWeight(TextChoices):
    """What a notification asks of the person who reads it."""

    URGENT = "urgent", "Urgent"
    TO_DO = "to_do", "To do"
    INFORMATION = "information", "For information"


# What a sentence begins or ends with says how much it weighs; the first that fits, and all others are to do.
_WEIGHS = tuple(
    (re.compile(words), weight)
    for words, weight in (
        (r"^(Immediate danger|Urgent|Late|Overdue|Nobody is named)\b", NoticeWeight.URGENT),
        (
            r"\b(is missing|who is missing has changed|missing child of case .* was seen|may not be safe)\b",
            NoticeWeight.URGENT,
        ),
        (r"in an emergency|declined a hand-off|should have been accepted", NoticeWeight.URGENT),
        (
            r"\b(accepted a hand-off|has ended|has been (closed|re-opened|answered|signed off)|was resolved|are agreed"
            r"|are out|is published|have answered your|is about a case you lead|is ready for a day)\b",
            NoticeWeight.INFORMATION,
        ),
    )
)


def weight_of(text: str) -> NoticeWeight:
    """Whether a notification is urgent, something to do or only to be known."""
    return next((weight for words, weight in _WEIGHS if words.search(text)), NoticeWeight.TO_DO)


def ways_of(kind: str) -> list[NoticeWay]:
    """How somebody may be told of a kind: silence only where no clock runs."""
    return [way for way in NoticeWay if way != NoticeWay.PORTAL or kind in MAY_BE_SILENT]
