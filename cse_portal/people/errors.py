"""Why something cannot be done with an agency's people now."""

from cse_portal.errors import NotAllowedNow


class NotAnAddress(NotAllowedNow):
    """No link can be sent there."""

    message = "This is not an email address. Nobody was invited."


class AlreadyWorksHere(NotAllowedNow):
    """The address is of somebody whose membership of this agency holds."""

    message = "Somebody with this email address works for your agency already. They are in the list."


class WorksElsewhere(NotAllowedNow):
    """A person belongs to one agency at a time."""

    message = (
        "Somebody with this email address takes part for another agency. That has to end first, or they need another "
        "address: a person belongs to one agency at a time."
    )


class NotYourself(NotAllowedNow):
    """Nobody confirms, ends or lets in themselves."""

    message = "Nobody does this for themselves. Ask another lead of your agency, or whoever runs the portal."


class NotSuspended(NotAllowedNow):
    """There is nothing to lift."""

    message = "This person is not suspended."


class IsSuspended(NotAllowedNow):
    """A new start gives other keys to the same door, and the door is shut."""

    message = "This person is suspended. Let them in again first, then send them a link to start anew."


class WaitsForTheLead(NotAllowedNow):
    """Suspended after the link was sent; it is not spent, and works once the lead has let them in again."""

    message = "You are suspended. Ask your agency's lead to let you in again. This link works after that."


class IsASystem(NotAllowedNow):
    """A system has no password, no factor and no sign-in."""

    message = "This is another system. It has tokens, and nobody signs in as it."


class IsNoSystem(NotAllowedNow):
    """Only another system, whose membership holds today, is issued a token."""

    message = "Tokens are for other systems that take part for your agency now, and are not suspended."


class SystemThere(NotAllowedNow):
    """Two of one name could not be told apart; a form sent twice adds one."""

    message = "Your agency has a system of this name already. Choose another name."


class IssuedJustNow(NotAllowedNow):
    """A form sent twice issues one token."""

    message = "A token was issued to this system just now. If you did not see it, end it, and wait a minute."


class HasEnded(NotAllowedNow):
    """What is over stays over; whoever comes back is invited again."""

    message = "This person no longer works for your agency. If they come back, invite them again."


class LinkIsSpent(NotAllowedNow):
    """Used, withdrawn, too old, or never ours."""

    message = "This link has been used, or is too old."
