"""Evidence of insurability: requests that wait, what carriers decided, and what is taken back."""

from eoi.models.requests import Decision, EoiRequest
from eoi.models.reversals import Reversal

__all__ = ["Decision", "EoiRequest", "Reversal"]
