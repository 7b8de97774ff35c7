"""Signatures of identity providers: a compact JWS (RFC 7515), signed by one of the provider's published keys.

A few ways of signing and no others, each with a private key: never a shared secret, which the provider's public key
could be taken for, and never none. The key says how it signs, as far as it does; the token only names one of them.
"""

import json
from typing import Any

import jwt

LONGEST_TOKEN = 16 * 1024
# The way of signing, and the curve of its key where it has one.
WAYS = {
    "RS256": None, "RS384": None, "RS512": None, "PS256": None, "PS384": None, "PS512": None,
    "ES256": "P-256", "ES384": "P-384",
}  # fmt: skip
_jws = jwt.PyJWS(algorithms=list(WAYS), options={"enforce_minimum_key_length": True})


class Unsigned(Exception):
    """Not a token, or not signed by a key of this provider's in a way that is taken."""


def claims_of(token: str, keys: Any) -> dict[str, Any]:
    """What a token says, once its signature is known to be the provider's; whether it is true is asked elsewhere."""
    if len(token) > LONGEST_TOKEN:
        raise Unsigned
    try:
        header = _jws.get_unverified_header(token)
        key = _key(keys, header)
        claims = json.loads(_jws.decode(token, key, algorithms=[key.algorithm_name]))
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise Unsigned from error
    if not isinstance(claims, dict):
        raise Unsigned
    return claims


def _key(keys: Any, header: dict[str, Any]) -> jwt.PyJWK:
    """The one published key that the token names, if it is for signing in this way."""
    published = keys.get("keys") if isinstance(keys, dict) else None
    name, way = header.get("kid"), header.get("alg")
    if way not in WAYS or "crit" in header:
        raise Unsigned
    for each in published if isinstance(published, list) else []:
        is_named = isinstance(each, dict) and name and each.get("kid") == name
        if is_named and each.get("use", "sig") == "sig" and each.get("alg", way) == way:
            if each.get("crv") != WAYS[way]:
                raise Unsigned
            return jwt.PyJWK(each, algorithm=way)
    raise Unsigned
