"""Dispute packs as files, for people and for scripts: each is noted in the log of exports."""

from collections.abc import Mapping
from datetime import date
from typing import IO

from agencyhub.accounts.models import ApiKey, User
from agencyhub.mailing.selectors import mail_settings
from agencyhub.records.services import exports
from commissions import packfiles
from commissions.models import DisputePack
from commissions.selectors import packs as selectors

XLSX, PDF = "xlsx", "pdf"
TYPES: Mapping[str, str] = {
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PDF: "application/pdf",
}
LOGGED = "dispute_packs"


def file_of(
    pack: DisputePack, *, file_format: str, user: User, api_key: ApiKey | None, today: date
) -> IO[bytes]:
    """A pack as the workbook or the PDF that its carrier reads; the caller closes it.

    It holds the months that ``user`` sees and that are missing ``today``; who took how many is in
    the log of exports, in nobody's name for a key of the whole agency.
    """
    with packfiles.english():
        content = selectors.content(pack, user=user, today=today)
        rows = exports.noted(
            content.rows, user=user if user.pk else None, api_key=api_key, list_key=LOGGED,
            file_format=file_format, columns=[one.label for one in packfiles.COLUMNS],
        )  # fmt: skip
        if file_format == XLSX:
            return packfiles.as_xlsx(pack, rows)
        agency = mail_settings().agency_name
        return packfiles.as_pdf(pack, content, rows, agency=agency, today=today)


def name_of(pack: DisputePack, *, file_format: str, today: date) -> str:
    """What the file is called: nothing of whom it is about."""
    return f"dispute-pack-{pack.pk}-{today:%Y-%m-%d}.{file_format}"
