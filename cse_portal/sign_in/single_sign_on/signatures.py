"""Signatures of identity providers: a compact JWS (RFC 7515), signed by one of the provider's published keys.

A few ways of signing and no others, each with a private key: never a shared secret, which the provider's public key
could be taken for, and never none. The key says how it signs, as far as it does; the token only names one of them.
"""

import base64
import binascii
import json
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

LONGEST_TOKEN = 16 * 1024
FEWEST_RSA_BITS = 2048
Check = Callable[[dict[str, Any], bytes, bytes], None]


class Unsigned(Exception):
    """Not a token, or not signed by a key of this provider's in a way that is taken."""


def claims_of(token: str, keys: Any) -> dict[str, Any]:
    """What a token says, once its signature is known to be the provider's."""
    parts = token.split(".")
    if len(token) > LONGEST_TOKEN or len(parts) != 3:
        raise Unsigned
    header, claims = _read(parts[0]), _read(parts[1])
    check = CHECKS.get(str(header.get("alg")))
    if check is None or "crit" in header:
        raise Unsigned
    key = _key(keys, header)
    try:
        check(key, _bytes(parts[2]), f"{parts[0]}.{parts[1]}".encode())
    except (InvalidSignature, ValueError, KeyError, TypeError) as error:
        raise Unsigned from error
    return claims


def _key(keys: Any, header: dict[str, Any]) -> dict[str, Any]:
    """The one published key that the token names, if it is for signing in this way."""
    published = keys.get("keys") if isinstance(keys, dict) else None
    name, algorithm = header.get("kid"), header.get("alg")
    for each in published if isinstance(published, list) else []:
        is_named = isinstance(each, dict) and name and each.get("kid") == name
        if is_named and each.get("use", "sig") == "sig" and each.get("alg", algorithm) == algorithm:
            return each
    raise Unsigned


def _rsa(hashing: HashAlgorithm, pss: bool) -> Check:
    def check(key: dict[str, Any], signature: bytes, said: bytes) -> None:
        if key.get("kty") != "RSA":
            raise Unsigned
        public = rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"])).public_key()
        if public.key_size < FEWEST_RSA_BITS:
            raise Unsigned
        way = padding.PSS(padding.MGF1(hashing), hashing.digest_size) if pss else padding.PKCS1v15()
        public.verify(signature, said, way, hashing)

    return check


def _elliptic(hashing: HashAlgorithm, curve: ec.EllipticCurve, name: str) -> Check:
    def check(key: dict[str, Any], signature: bytes, said: bytes) -> None:
        size = (curve.key_size + 7) // 8
        if key.get("kty") != "EC" or key.get("crv") != name or len(signature) != 2 * size:
            raise Unsigned
        public = ec.EllipticCurvePublicNumbers(_number(key["x"]), _number(key["y"]), curve).public_key()
        halves = int.from_bytes(signature[:size]), int.from_bytes(signature[size:])
        public.verify(encode_dss_signature(*halves), said, ec.ECDSA(hashing))

    return check


CHECKS: dict[str, Check] = {
    "RS256": _rsa(SHA256(), pss=False),
    "RS384": _rsa(SHA384(), pss=False),
    "RS512": _rsa(SHA512(), pss=False),
    "PS256": _rsa(SHA256(), pss=True),
    "PS384": _rsa(SHA384(), pss=True),
    "PS512": _rsa(SHA512(), pss=True),
    "ES256": _elliptic(SHA256(), ec.SECP256R1(), "P-256"),
    "ES384": _elliptic(SHA384(), ec.SECP384R1(), "P-384"),
}


def _read(part: str) -> dict[str, Any]:
    try:
        said = json.loads(_bytes(part))
    except (ValueError, RecursionError) as error:
        raise Unsigned from error
    if not isinstance(said, dict):
        raise Unsigned
    return said


def _number(part: str) -> int:
    return int.from_bytes(_bytes(part))


def _bytes(part: str) -> bytes:
    """Base64 for addresses (RFC 4648, 5), without its padding and with nothing else in it."""
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise Unsigned from error
