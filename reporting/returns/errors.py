"""Refusals of returns, in words that their reader can act on."""

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
