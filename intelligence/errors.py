"""What the state of intelligence forbids, in words its reader can act on."""

from cse_portal.errors import NotAllowedNow


class NotWaiting(NotAllowedNow):
    """Somebody else received it first."""

    message = "This submission has already been received."


class NotReceived(NotAllowedNow):
    """The unit works on what it has received and not yet graded."""

    message = "Only a submission that has been received, and is not graded yet, can be returned or graded."
