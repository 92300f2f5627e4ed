"""The lists of applications, of the carriers' books, and of what carriers paid."""

from commissions.lists import unmatched
from commissions.lists.applications import APPLICATIONS
from commissions.lists.expected import EXPECTED
from commissions.lists.ledgers import BOOK, COMMISSIONS

__all__ = ["APPLICATIONS", "BOOK", "COMMISSIONS", "EXPECTED", "unmatched"]
