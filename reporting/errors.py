"""What the state of a return or a report can forbid."""

from cse_portal.errors import NotAllowedNow


class ReturnIsSigned(NotAllowedNow):
    """A signed-off return is frozen."""

    message = "This return has been signed off. Its figures no longer change."


class NotSigned(NotAllowedNow):
    """A report, a download or an export comes from a signed-off return only."""

    message = "This return has not been signed off yet."


class FiguresChanged(NotAllowedNow):
    """The figures were worked out again while somebody was reading them."""

    message = "The figures have been worked out again since you opened this page. Read them again first."


class ReportDamaged(NotAllowedNow):
    """The file is not the one that was published."""

    message = "The stored report is damaged. Tell the portal's support team."


class OwnFinding(NotAllowedNow):
    """Nobody reviews themselves."""

    message = (
        "This is about something you did yourself. Another privacy officer decides on it. Where there is no other, the "
        "administrators appoint one."
    )


class IsHeld(NotAllowedNow):
    """A legal hold covers the record, or what would go with it."""

    message = "A legal hold covers this record, or something that would go with it."


class OwnName(NotAllowedNow):
    """Nobody learns from the audit whether they are looked for."""

    message = "You cannot see who searched for your own name, or for whom you declared. Another privacy officer can."


class DisposalUnderWay(NotAllowedNow):
    """One at a time."""

    message = "A disposal of this record is under way already."


class DisposalDecided(NotAllowedNow):
    """Decided, stopped or done by now."""

    message = "This disposal no longer waits for that."


class OwnProposal(NotAllowedNow):
    """Two people answer for it."""

    message = "You proposed this yourself. Another person must decide."


class NotBeingPrepared(NotAllowedNow):
    """While another person reads it, and after, nothing changes."""

    message = "This request is not being prepared now, so nothing in it can be changed."


class NotReady(NotAllowedNow):
    """A step before this one is missing."""

    message = "This request is not ready for this step."


class NeedsAnother(NotAllowedNow):
    """Two people answer for what leaves."""

    message = "You prepared part of this, so somebody else must be the second reader."
