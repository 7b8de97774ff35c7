"""What times of an absence refuse, with a reason that a user can read."""

from cse_portal.errors import NotAllowedNow


class MissingTwice(NotAllowedNow):
    """Two agencies write down the same time."""

    message = "This time is recorded already, or part of it. Look at the list before you add another."


class StillMissing(NotAllowedNow):
    """An interview follows a return; work does not end while nobody knows where a child is."""

    message = "The child or young person is recorded as missing. First record when they are back."


class BackBeforeMissing(NotAllowedNow):
    """Times in their order."""

    message = "They cannot be back before they were missing."


class InterviewBeforeReturn(NotAllowedNow):
    """Times in their order."""

    message = "An interview is offered, held or declined after the child or young person is back."


class AnotherMessage(NotAllowedNow):
    """A message is named by the episode and its time."""

    message = "Another message about this episode has this time. Send each change with its own time."
