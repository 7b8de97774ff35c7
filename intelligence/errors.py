"""What the state of intelligence forbids, in words its reader can act on."""

from cse_portal.errors import NotAllowedNow


class AlreadySubmitted(NotAllowedNow):
    """What was sent is a record."""

    message = "This intelligence has been sent to the police and cannot be changed."


class SubmissionIncomplete(NotAllowedNow):
    """Some pages are not answered."""

    message = "Some pages still need an answer before this intelligence can be sent."


class NotWaiting(NotAllowedNow):
    """Somebody else received it first."""

    message = "This submission has already been received."


class NotReceived(NotAllowedNow):
    """The unit works on what it has received and not yet graded."""

    message = "Only a submission that has been received, and is not graded yet, can be returned or graded."


class LinesChanged(NotAllowedNow):
    """The author added lines while the officer was grading."""

    message = "The lines of this submission have changed. Grade every line shown below."


class NotGraded(NotAllowedNow):
    """Feedback comes after grading."""

    message = "Grade this submission before you answer its author."


class NotReturned(NotAllowedNow):
    """Detail is added when the unit asks for it."""

    message = "The unit is not waiting for more detail about this submission."


class NeedsNamedReaders(NotAllowedNow):
    """Readers are named only where the handling code asks for them."""

    message = "A report with handling code P is read by everyone who may see a linked case. It has no named readers."


class NotAReader(NotAllowedNow):
    """A reader must be somebody whose role reads reports."""

    message = "Choose a person who works with children's cases."


class NoSuchCase(NotAllowedNow):
    """Said of a case that does not exist, and of one the officer may not see."""

    message = "No case has this reference."


class DisruptionOver(NotAllowedNow):
    """What is over is a record."""

    message = "This disruption is over, so nothing more is reported on it."


class AgencySeesNothingOfIt(NotAllowedNow):
    """Work that nobody may open would be lost."""

    message = (
        "Nobody of this agency may see this person or place. The police first issue a report that they may read, or"
        " they are shown the intelligence of a child’s case that is linked."
    )
