"""What a seal says, and whether a chain of them holds: with hashes and signatures alone, without the database."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NO_SEAL = "0" * 64
PURPOSE = b"cse-portal audit seal 2\0"


@dataclass(frozen=True)
class Seal:
    """A batch of rows: how many, the hash of them all, and of the seal before; signed."""

    number: int
    sealed_at: int
    rows: int
    root: str
    previous: str
    key_id: str
    signature: str = ""

    @property
    def digest(self) -> str:
        """The hash of everything but the signature: that is signed, and the next seal names it."""
        words = [value for name, value in asdict(self).items() if name != "signature"]
        return hash_of(json.dumps(words))


def hash_of(said: str) -> str:
    """The hash of a row, which is its columns as JSON; of a batch, which is a line `key hash` for each; of a seal."""
    return hashlib.sha256(said.encode()).hexdigest()


def key_id(public: Ed25519PublicKey) -> str:
    """A short name for a key."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def read_seals(files: Iterable[Path]) -> tuple[dict[int, Seal], list[str]]:
    """The sink's seals by number; and a line for each that is none, or the second of its number."""
    seals: dict[int, Seal] = {}
    problems = []
    for path in files:
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                seal = Seal(**json.loads(line))
            except (ValueError, TypeError):
                problems.append(f"line {number} of {path.name}: is no seal")
                continue
            if seals.setdefault(seal.number, seal) != seal:
                problems.append(f"line {number} of {path.name}: is another seal {seal.number}")
    return seals, problems


def check_chain(seals: Iterable[Seal], keys: Mapping[str, Ed25519PublicKey]) -> Iterator[str]:
    """Numbers without a gap, each seal naming the one before, each signed by a key we know."""
    previous, number = NO_SEAL, 0
    for seal in seals:
        if seal.number != number + 1:
            yield f"seal {seal.number}: follows seal {number}"
        elif seal.previous != previous:
            yield f"seal {seal.number}: does not follow from the seal before"
        try:
            keys[seal.key_id].verify(bytes.fromhex(seal.signature), PURPOSE + seal.digest.encode())
        except (KeyError, ValueError, InvalidSignature):
            yield f"seal {seal.number}: is not signed by the portal's key"
        previous, number = seal.digest, seal.number
