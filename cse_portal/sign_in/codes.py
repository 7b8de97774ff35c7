"""A code of an app counts once. Which step of time it was for is kept with the factor, in the database.

Django-allauth remembers used codes in the cache for half a minute. That is shorter than a code lives where clocks may
drift, and gone when the cache is. Here no step counts twice, and none older than one already used (RFC 6238, 5.2).
"""

import hmac
import re

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt
from django.db import transaction

LAST_STEP = "last_step"
# Digits of this alphabet only: elsewhere the same code could be written twice in two ways.
WRITTEN = re.compile(r"[0-9](?:[ -]?[0-9]){5,11}")


def is_written_plainly(code: str) -> bool:
    """Whether it is six to twelve plain digits, with a space or hyphen between them at most."""
    return WRITTEN.fullmatch(code.strip()) is not None


@transaction.atomic
def use_up(factor: Authenticator, code: str) -> bool:
    """Note that this code of the app has been used; whether it was still to be had."""
    locked = Authenticator.objects.select_for_update().get(pk=factor.pk)
    secret, last = decrypt(locked.data["secret"]), locked.data.get(LAST_STEP, 0)
    plain = re.sub(r"[^0-9]", "", code)
    for step in totp.yield_hotp_counters_from_time():
        right = totp.format_hotp_value(totp.hotp_value(secret, step))
        if step > last and hmac.compare_digest(right, plain):
            locked.data[LAST_STEP] = step
            locked.save(update_fields=["data"])
            return True
    return False
