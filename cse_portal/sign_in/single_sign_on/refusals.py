"""Why a work account did not open anything: for the audit alone. Whoever stands before the page reads one sentence."""

from enum import StrEnum


class Kind(StrEnum):
    """What was wrong, without a word of whose account it was."""

    STATE = "state"  # not asked for in this browser, asked too long ago, or answered before
    SESSION = "session"  # somebody else has signed in, or out, since it was asked for
    PROVIDER = "provider"  # the provider said no, cannot be reached, or is not who it was
    TOKEN = "token"  # noqa: S105 - not signed by it, not readable, or signed in a way that is not taken
    EXPIRED = "expired"
    ISSUER = "issuer"
    AUDIENCE = "audience"
    NONCE = "nonce"
    TENANT = "tenant"
    NOT_FRESH = "not_fresh"  # the provider does not say that it asked the person just now
    PROOF = "proof"  # connecting without both factors, or longer than an hour after showing one
    UNKNOWN = "unknown"  # bound to nobody
    TAKEN = "taken"  # bound to somebody else, or the person has another one
    INACTIVE = "inactive"
    NOT_A_MEMBER = "not_a_member"  # of this agency, today
    SECOND_FACTOR = "second_factor"  # shown neither there nor set up here
    INVITATION = "invitation"


class Refused(Exception):
    """The work account opens nothing."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.value)
        self.kind = kind
