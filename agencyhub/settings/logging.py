"""Logs without health data: no query strings, no bodies, no texts of exceptions."""

import logging
import logging.config
import re
import sys
from types import TracebackType
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

QUERY_STRING = re.compile(r"\?[^\s\"'<>\])]+")
# An MBI or an SSN that somebody typed into an address; wider than the rules of either.
PERSONAL_NUMBER = re.compile(
    r"(?<![A-Z0-9])(?:[1-9][A-Z][A-Z0-9]\d-?[A-Z][A-Z0-9]\d-?[A-Z]{2}\d{2}|\d{3}-\d{2}-\d{4})(?![A-Z0-9])",
    re.IGNORECASE,
)
NOISY = ("amqp", "asyncio", "django.db.backends", "faker", "factory", "kombu", "urllib3")
# These bring handlers of their own, which our filter would not see.
CAPTURED = ("django", "django.server", "gunicorn.access", "gunicorn.error", "py.warnings")
HIDDEN_ATTRIBUTES = ("request", "data", "sql", "params")
MOST_PLACES = 12


class RedactFilter(logging.Filter):
    """Cut what may hold personal data out of a record before it is written.

    Query strings and personal numbers are removed from every text; the request object, and
    Celery's copies of a task's arguments, result and exception text, are removed from the record.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place; keep every record."""
        if isinstance(record.msg, dict):  # on its way from structlog
            record.msg = {name: without_query(value) for name, value in record.msg.items()}
        else:
            if isinstance(record.args, dict):
                record.args = without_task_values(record.args)
            record.msg, record.args = without_query(record.getMessage()), None
        for name in HIDDEN_ATTRIBUTES:
            record.__dict__.pop(name, None)
        return True


def without_query(value: Any) -> Any:
    """Return the text without its query strings, MBIs and SSNs; other values as they are."""
    if not isinstance(value, str):
        return value
    return PERSONAL_NUMBER.sub("…", QUERY_STRING.sub("?…", value))


def without_task_values(values: dict[str, Any]) -> dict[str, Any]:
    """Keep of Celery's report on a task what names no data: ``ValueError('x')`` is its class."""
    cut = dict.fromkeys({"args", "kwargs", "return_value", "traceback"} & values.keys(), "-")
    if "exc" in values:
        cut["exc"] = str(values["exc"]).partition("(")[0]
    return values | cut


def exception_places(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace ``exc_info`` by the exception's class and where it passed through the code."""
    info = event.pop("exc_info", None)
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    elif info and not isinstance(info, tuple):
        info = sys.exc_info()
    if info and info[0] is not None:
        event["exception"] = info[0].__name__
        event["places"] = places(info[2])
    return event


def places(trace: TracebackType | None) -> list[str]:
    """Return the last dozen places of a traceback, without the lines of code."""
    found = []
    while trace is not None:
        code = trace.tb_frame.f_code
        found.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found[-MOST_PLACES:]


def shared_processors(*, show_texts: bool) -> list[Processor]:
    """Return what happens to every event, ours or a library's, before it is rendered."""
    steps: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    return steps if show_texts else [*steps, exception_places]


def renderers(*, log_format: str) -> list[Processor]:
    """Return the last steps: ``console`` for people, ``json`` for machines."""
    last: list[Processor] = [ProcessorFormatter.remove_processors_meta]
    if log_format == "console":
        plain = structlog.dev.plain_traceback
        return [*last, structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]
    return [
        *last,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def logging_settings(*, log_format: str, level: str, show_texts: bool) -> dict[str, Any]:
    """Return ``LOGGING``.

    ``show_texts`` keeps the texts of exceptions: for developers, never with real data.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "show_texts": show_texts,
        "filters": {"redact": {"()": RedactFilter}},
        "formatters": {
            "lines": {
                "()": ProcessorFormatter,
                "processors": renderers(log_format=log_format),
                "foreign_pre_chain": shared_processors(show_texts=show_texts),
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": ["redact"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            **{name: {"handlers": [], "propagate": True} for name in CAPTURED},
            **{name: {"level": "WARNING"} for name in NOISY},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Configure the standard library's logging, and structlog on top of it."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared_processors(show_texts=settings["show_texts"]),
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
