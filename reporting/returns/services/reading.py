"""Who was shown which rows behind a number, and whose records lack something: each is on record."""

from collections.abc import Iterable, Sequence
from typing import Any

from cases.concerns import services as concern_reading
from cases.missing.services import episodes as missing_reading
from cases.reviews.selectors import LeadReview
from cse_portal.accounts.models import User
from cse_portal.audit.actions import Action
from intelligence.disruption import services as order_reading
from intelligence.profiles import services as subject_reading
from intelligence.submissions import services as submission_reading
from mase.meetings.models.meeting import Meeting
from mase.meetings.services import meeting_reading
from mase.plans.services import readers
from reporting.measures.models import CountedThing
from reporting.prevention.services import record_view as record_prevention
from reporting.returns.selectors.gaps import ChildGaps
from reporting.workforce.services import record_view as record_training


def record_gaps(*, shown: Sequence[ChildGaps], by: User) -> None:
    """Somebody saw which records of their children lack something."""
    if shown:
        meeting_reading.record_to_book(shown=[each.case for each in shown], which="gaps of a return", by=by)


def record_behind(*, things: CountedThing, shown: Sequence[Any], which: str, by: User) -> None:
    """Somebody saw which meetings, actions or other things a number counts."""
    match things:
        case CountedThing.ACTIONS:
            readers.record_listed(shown=shown, by=by, which=which)
        case CountedThing.DISAGREEMENTS:
            meeting_reading.record_listed(shown=shown, by=by, action=Action.DISAGREEMENTS_LISTED, which=which)
        case CountedThing.STAGES:
            disagreements = list(dict.fromkeys(each.disagreement for each in shown))
            record_behind(things=CountedThing.DISAGREEMENTS, shown=disagreements, which=which, by=by)
        case CountedThing.INVITATIONS:
            _record_meetings([each.meeting for each in shown], which, by)
        case CountedThing.INITIALS:
            meeting_reading.record_to_book(shown=[each.episode.case for each in shown], which=which, by=by)
        case CountedThing.REVIEWS:
            by_lead = [each.case for each in shown if isinstance(each, LeadReview)]
            set_by = [each for each in shown if not isinstance(each, LeadReview)]
            held = [each.booked for each in set_by if each.booked]
            _record_meetings([*(each.after for each in set_by), *held], which, by)
            if by_lead:
                meeting_reading.record_to_book(shown=by_lead, which=which, by=by)
        case CountedThing.ACTIVITIES:
            record_prevention(by=by, page=which)
        case CountedThing.TRAINING | CountedThing.STAFF:
            record_training(by=by, page=which)
        case CountedThing.EPISODES:
            missing_reading.record_listed(shown=shown, by=by, which=which)
        case CountedThing.CHILDREN:
            meeting_reading.record_to_book(shown=shown, which=which, by=by)
        case CountedThing.SUBJECTS:
            subject_reading.record_subjects(shown=shown, by=by, which=which)
        case CountedThing.OUTCOMES:
            subjects = [each.subject for each in shown]
            record_behind(things=CountedThing.SUBJECTS, shown=subjects, which=which, by=by)
        case CountedThing.ORDERS:
            order_reading.record_shown(shown=list(shown), by=by, page=which)
        case CountedThing.PERIODS | CountedThing.COURT | CountedThing.AUDITS | CountedThing.SUPPORT:
            meeting_reading.record_to_book(shown=[each.case for each in shown], which=which, by=by)
        case CountedThing.CONCERNS:
            concern_reading.record_listed(shown=list(shown), by=by, detail={"which": which})
        case CountedThing.DECISIONS:
            concerns = list(dict.fromkeys(each.concern for each in shown))
            record_behind(things=CountedThing.CONCERNS, shown=concerns, which=which, by=by)
        case CountedThing.SUBMISSIONS:
            submission_reading.record_list(action=Action.SUBMISSIONS_LISTED, by=by, which=which)
        case _:
            _record_meetings(shown, which, by)


def _record_meetings(meetings: Iterable[Meeting], which: str, by: User) -> None:
    meeting_reading.record_listed(shown=list(dict.fromkeys(meetings)), by=by, which=which)
