"""The kinds of errors that a person can act on."""


class DomainError(Exception):
    """A request that the business rules refuse.

    ``message`` is for the screen: it names the record and the remedy. ``field`` is the form field
    it belongs to. Logs get the class and a primary key, never the message.
    """

    code = "domain_error"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class TryAgainError(DomainError):
    """Something that is needed is away just now: nothing was done, and the same may go later."""

    code = "try_again"
