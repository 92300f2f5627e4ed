"""Logs without health data: no query strings, no bodies, no messages of exceptions."""

import logging
import logging.config
import re
from typing import Any

import structlog
from structlog.typing import EventDict

QUERY_STRING = re.compile(r"\?[^\s\"'<>\])]+")
NOISY = ("urllib3", "faker", "factory", "asyncio", "pyexcel", "kombu", "amqp")
TASK_FIELDS = {"exc": lambda text: str(text).partition("(")[0], "return_value": lambda _: "-"}


class RedactFilter(logging.Filter):
    """Cut what may hold personal data out of a record before any handler sees it.

    Query strings are removed from the text; the request object, and Celery's copy of a
    task's arguments, exception text and return value, are removed from the record.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the record in place; keep every record."""
        if isinstance(record.args, dict):
            record.args = self._without_task_values(record.args)
        message = QUERY_STRING.sub("?…", record.getMessage())
        record.msg, record.args = message, None
        for name in ("request", "data", "sql", "params"):
            record.__dict__.pop(name, None)
        return True

    @staticmethod
    def _without_task_values(values: dict[str, Any]) -> dict[str, Any]:
        hidden = {name: "-" for name in ("args", "kwargs", "traceback") if name in values}
        cut = {name: cut(values[name]) for name, cut in TASK_FIELDS.items() if name in values}
        return values | hidden | cut


def exception_places(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Replace ``exc_info`` by the exception's class and its places in the code, without text."""
    info = event.pop("exc_info", None)
    if not info or not isinstance(info, tuple) or info[0] is None:
        return event
    trace, places = info[2], list[str]()
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    event["exception"] = info[0].__name__
    event["places"] = places[-12:]
    return event


def _processors(*, show_messages: bool) -> list[Any]:
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    return shared if show_messages else [*shared, exception_places]


def logging_settings(*, log_format: str, level: str, show_messages: bool) -> dict[str, Any]:
    """Return ``LOGGING``. ``log_format`` is ``json`` or ``console``.

    ``show_messages`` keeps the texts of exceptions: for developers, never with real data.
    """
    console = log_format == "console"
    renderer: Any = structlog.processors.JSONRenderer()
    if console:
        renderer = structlog.dev.ConsoleRenderer(colors=False)
    elif show_messages:
        renderer = structlog.processors.JSONRenderer(default=str)
    last = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
    if show_messages and not console:
        last.insert(1, structlog.processors.format_exc_info)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"redact": {"()": RedactFilter}},
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": last,
                "foreign_pre_chain": _processors(show_messages=show_messages),
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
            **{name: {"level": "WARNING"} for name in NOISY},
            "django.db.backends": {"level": "WARNING"},
            "django.server": {"level": "WARNING", "handlers": [], "propagate": True},
            "django.template": {"level": "INFO"},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Configure the standard library's logging, and structlog on top of it."""
    logging.config.dictConfig(settings)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            exception_places,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
