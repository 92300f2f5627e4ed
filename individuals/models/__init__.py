"""People: individuals with their addresses, and the sales records and opportunities about them."""

from individuals.models.duplicates import DuplicatePair
from individuals.models.individuals import Address, Individual, IndividualAgent
from individuals.models.looks import Look, Opening
from individuals.models.merged import MergedIndividual, MergeNotUndoableError
from individuals.models.person import MBI_INDEX, Gender, Language, Person
from individuals.models.reveals import RevealLog
from individuals.models.sales import SalesOpportunity, SalesRecord
from individuals.models.search import Backlog, IndividualTerm, Name, SalesRecordTerm, Term

__all__ = [
    "MBI_INDEX",
    "Address",
    "Backlog",
    "DuplicatePair",
    "Gender",
    "Individual",
    "IndividualAgent",
    "IndividualTerm",
    "Language",
    "Look",
    "MergeNotUndoableError",
    "MergedIndividual",
    "Name",
    "Opening",
    "Person",
    "RevealLog",
    "SalesOpportunity",
    "SalesRecord",
    "SalesRecordTerm",
    "Term",
]
