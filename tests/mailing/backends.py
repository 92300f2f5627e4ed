"""Mail servers that refuse, put off, fall silent and break."""

from collections.abc import Callable
from smtplib import SMTPException
from typing import Any, ClassVar

from django.core.mail.backends.base import BaseEmailBackend


class FailingBackend(BaseEmailBackend):
    """Raises what the test has put there: on opening, or when a message is handed over."""

    on_open: ClassVar[Callable[[], None]] = lambda: None
    on_send: ClassVar[Callable[[], None]] = lambda: None

    def open(self) -> None:
        type(self).on_open()

    def send_messages(self, email_messages: Any) -> int:
        type(self).on_send()
        return len(email_messages)


def raises(error: SMTPException | OSError) -> Callable[[], None]:
    """A call that fails with ``error``."""

    def fail() -> None:
        raise error

    return fail
