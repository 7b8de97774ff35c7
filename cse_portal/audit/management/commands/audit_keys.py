"""`manage.py audit_keys`: a new key for the settings, and its public key."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Prints; stores nothing. Keep the old public key in AUDIT_PUBLIC_KEYS when the signing key changes."""

    help = "Print a new AUDIT_SIGNING_KEY and its public key."
    requires_system_checks: Any = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Two lines."""
        key = Ed25519PrivateKey.generate()
        self.stdout.write(f"AUDIT_SIGNING_KEY={key.private_bytes_raw().hex()}")
        self.stdout.write(f"Public key: {key.public_key().public_bytes_raw().hex()}")
