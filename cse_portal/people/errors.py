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


class IsASystem(NotAllowedNow):
    """A system has no password, no factor and no sign-in."""

    message = "This is another system. It has tokens, and nobody signs in as it."


class LinkIsSpent(NotAllowedNow):
    """Used, withdrawn, too old, or never ours."""

    message = "This link has been used, or is too old."
