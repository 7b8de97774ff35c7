"""Files sent to us: cleaned before they are kept, kept under names that say nothing, scanned for viruses."""

from cse_portal.files.errors import Fault, FileRefused, FileUnavailable, ScannerSilent
from cse_portal.files.inspection import EXTENSIONS, Inspected, described, inspect, safe_name
from cse_portal.files.store import forget, keep, lying, read

__all__ = [
    # what may come in
    "EXTENSIONS",
    "Inspected",
    "inspect",
    "safe_name",
    "described",
    # where it lies
    "keep",
    "read",
    "forget",
    "lying",
    # what may go wrong
    "Fault",
    "FileRefused",
    "FileUnavailable",
    "ScannerSilent",
]
