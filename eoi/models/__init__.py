"""Evidence of insurability: requests that wait, and what carriers decided."""

from eoi.models.requests import Decision, EoiRequest

__all__ = ["Decision", "EoiRequest"]
