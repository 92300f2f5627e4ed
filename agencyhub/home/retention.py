"""What is deleted or emptied when: every rule of every app, in one list.

Each app has its own task of the schedule; this list serves the command that runs all of them for a
moment (``purge --as-of``), and the tests that hold the page ``docs/privacy.md`` to it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from agencyhub.accounts.services import retention as accounts
from agencyhub.imports.services import retention as imports
from agencyhub.mailing.services import keeping
from agencyhub.records.services import repeats
from documents.services import retention as documents
from individuals.services import retention as individuals
from integrations.outgoing.services import retention as outgoing
from integrations.services import retention as integrations


@dataclass(frozen=True)
class Rule:
    """One kind of thing that is not kept for ever.

    ``setting`` names the days, where they may be chosen; ``task`` is what the schedule runs.
    """

    key: str
    setting: str
    task: str
    purge: Callable[[datetime], int]


def _days(name: str) -> int:
    return int(getattr(settings, name))


RULES = (
    Rule(
        "message_bodies",
        "INBOX_KEEP_DAYS",
        "integrations.tasks.purge_bodies",
        lambda at: integrations.purge_bodies(at=at, keep_days=_days("INBOX_KEEP_DAYS")),
    ),
    Rule(
        "incidents",
        "INCIDENT_KEEP_DAYS",
        "integrations.tasks.purge_incidents",
        lambda at: integrations.purge_incidents(at=at, keep_days=_days("INCIDENT_KEEP_DAYS")),
    ),
    Rule(
        "retries",
        "RETRY_KEEP_DAYS",
        "integrations.tasks.purge_incidents",
        lambda at: integrations.purge_retries(at=at, keep_days=_days("RETRY_KEEP_DAYS")),
    ),
    Rule(
        "import_files",
        "IMPORT_KEEP_DAYS",
        "agencyhub.imports.tasks.purge_files",
        lambda at: imports.purge(at=at, keep_days=_days("IMPORT_KEEP_DAYS")),
    ),
    Rule(
        "documents",
        "DOCUMENT_KEEP_DAYS",
        "documents.tasks.purge_documents",
        lambda at: documents.purge(at=at, keep_days=_days("DOCUMENT_KEEP_DAYS")),
    ),
    Rule(
        "mails",
        "MAIL_KEEP_DAYS",
        "agencyhub.mailing.tasks.purge_mail",
        lambda at: keeping.empty(before=at - timedelta(days=_days("MAIL_KEEP_DAYS")), at=at),
    ),
    Rule(
        "webhooks",
        "WEBHOOK_KEEP_DAYS",
        "integrations.outgoing.tasks.purge_webhooks",
        lambda at: outgoing.purge(at=at, keep_days=_days("WEBHOOK_KEEP_DAYS")),
    ),
    Rule(
        "looks",
        "LOOK_KEEP_DAYS",
        "individuals.tasks.purge_looks",
        lambda at: individuals.purge_looks(at=at, keep_days=_days("LOOK_KEEP_DAYS")),
    ),
    Rule(
        "sign_ins",
        "SIGN_IN_KEEP_DAYS",
        "agencyhub.accounts.tasks.purge_access",
        lambda at: accounts.purge_sign_ins(at=at, keep_days=_days("SIGN_IN_KEEP_DAYS")),
    ),
    Rule(
        "sessions",
        "",
        "agencyhub.accounts.tasks.purge_access",
        lambda at: accounts.purge_sessions(at=at),
    ),
    Rule(
        "invitations",
        "",
        "agencyhub.accounts.tasks.purge_access",
        lambda at: accounts.purge_invitations(at=at),
    ),
    Rule(
        "idempotency_keys",
        "",
        "agencyhub.records.tasks.purge_idempotency",
        lambda at: repeats.purge(at=at),
    ),
)


def purge_all(*, at: datetime) -> dict[str, int]:
    """Apply every rule as of a moment; answer how many each deleted or emptied."""
    return {rule.key: rule.purge(at) for rule in RULES}
