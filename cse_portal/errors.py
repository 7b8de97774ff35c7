"""The two error families: not allowed (anyone who asks), and not allowed now (the state forbids it)."""


class NotAllowed(Exception):
    """This person may not do this. Never carries a name or reference: the answer must hide what exists."""


class NotVisible(NotAllowed):
    """The row does not exist for this person; answered exactly like an unknown address (404)."""


class NotPermitted(NotAllowed):
    """The person may see the row, or knows the function exists, but may not do this (403)."""


class NotAllowedNow(Exception):
    """The state of the record forbids it now. `message` says in plain words what to do instead (409 in the API).

    `field` is where a form says so. A refusal has a class of its own where somebody catches it, or reads it by the API.
    """

    message = "This cannot be done now."
    field: str | None = None

    def __init__(self, message: str | None = None, field: str | None = None) -> None:
        self.message, self.field = message or self.message, field or self.field
        super().__init__(self.message)


class StaleEdit(NotAllowedNow):
    """Someone else saved first; both texts must be shown and neither lost."""

    message = "Someone else changed this while you were writing. Both versions are shown below."
