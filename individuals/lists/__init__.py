"""The lists of people."""

from individuals.lists.individuals import INDIVIDUALS
from individuals.lists.sales_records import SALES_RECORDS

__all__ = ["INDIVIDUALS", "SALES_RECORDS"]
