"""A child's record put into the words and order of a bundle, with what begins left out of it."""

from reporting.presenters.subject_access.bundle import items_of_record
from reporting.presenters.subject_access.names import names_in

__all__ = ["items_of_record", "names_in"]
