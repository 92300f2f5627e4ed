"""Carriers' SFTP folders: the server's key is pinned, links are not followed, names are checked."""

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any, Self, TypeVar, cast
from zoneinfo import ZoneInfo

import asyncssh
from django.conf import settings

from agencyhub.lib.outbound.connections import ForbiddenAddressError, dial
from integrations.carriers.connectors.base import Limits, RemoteFile, Sink
from integrations.carriers.connectors.listing import LONGEST_NAME, is_within, safe_name
from integrations.carriers.problems import (
    BAD_KEY,
    CUT_OFF,
    FORBIDDEN_ADDRESS,
    GONE,
    HOST_KEY,
    NO_ANSWER,
    NO_FOLDER,
    READ_ONLY,
    REFUSED,
    TOO_MANY,
    TOO_SLOW,
    UNKNOWN_HOST,
    Problem,
    RetrieveError,
)

PIECE = 256 * 1024
KEEPALIVE_SECONDS = 15
MOST_ENTRIES = 20_000
Done = TypeVar("Done")
_NOT_THERE = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)

# asyncssh tells of hosts, users and files; what matters is in the run record.
logging.getLogger("asyncssh").setLevel(logging.WARNING)


@dataclass(frozen=True, repr=False)
class SftpAccess:
    """Where and how to sign in. Without a host key the first one seen is told ``on_host_key``."""

    host: str
    port: int
    folder: str
    zone: ZoneInfo
    username: str
    password: str = ""
    private_key: str = ""
    passphrase: str = ""
    host_key: str = ""
    on_host_key: Callable[[str], None] = lambda _key: None


class SftpConnector:
    """A folder of an SFTP server."""

    def __init__(self, access: SftpAccess, limits: Limits) -> None:
        self.access, self.limits = access, limits
        self._runner = asyncio.Runner()
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._connection is not None:
            self._connection.abort()
            self._runner.run(self._connection.wait_closed())
        self._runner.close()

    def list_files(self, *, since: date, until: date) -> Sequence[RemoteFile]:
        """List the plain files of the folder whose day is in the range."""
        files = self.list_folder(self.access.folder)
        wanted = [file for file in files if is_within(file.file_date, since=since, until=until)]
        if len(wanted) > self.limits.most_files:
            raise RetrieveError(TOO_MANY)
        return wanted

    def list_folder(self, folder: str) -> list[RemoteFile]:
        """List the plain files of a folder, whatever their day."""
        return self._run(_list(self._open(), folder, self.access.zone), otherwise=NO_FOLDER)

    def fetch(self, file: RemoteFile, into: Sink) -> None:
        """Bring a file; one that somebody put a link in the place of is refused."""
        source = self._run(_open_plain(self._open(), file.path), otherwise=GONE)
        while piece := self._run(source.read(PIECE), otherwise=GONE):
            into.write(cast("bytes", piece))
        self._run(source.close(), otherwise=GONE)
        into.check_size(file.size)

    def has(self, path: str) -> bool:
        """Whether there is something at a path, be it a link that leads nowhere."""
        return self._run(_has(self._open(), path), otherwise=READ_ONLY)

    def move(self, source: str, target: str) -> None:
        """Rename a file within the server in one step, never over another one.

        Raises:
            RetrieveError: ``GONE`` when there is no such file.
        """
        self._run(_move(self._open(), source, target), otherwise=READ_ONLY)

    def write(self, path: str, content: bytes) -> None:
        """Write a file so that nobody ever sees a part of it; an earlier one is replaced."""
        self._run(_write(self._open(), path, content), otherwise=READ_ONLY)

    def make_folder(self, path: str) -> None:
        """Make a folder and those above it; one that is there already is left as it is.

        Raises:
            RetrieveError: something else lies there, such as a link to another place.
        """
        self._run(_make_folder(self._open(), path), otherwise=READ_ONLY)

    def _run(self, work: Coroutine[Any, Any, Done], *, otherwise: Problem) -> Done:
        """Do one step; between steps no loop runs, so that callers may use the database."""
        with _blamed(otherwise):
            return self._runner.run(asyncio.wait_for(work, self.limits.most_seconds))

    def _open(self) -> asyncssh.SFTPClient:
        if self._sftp is None:
            self._connection = self._run(self._connect(), otherwise=NO_ANSWER)
            shown = self._connection.get_server_host_key()
            if shown is not None and not self.access.host_key:
                self.access.on_host_key(shown.export_public_key().decode().strip())
            self._sftp = self._run(_start_sftp(self._connection), otherwise=NO_ANSWER)
        return self._sftp

    async def _connect(self) -> asyncssh.SSHClientConnection:
        access = self.access
        seconds = settings.PARTNER_TIMEOUT[0]
        sock = dial(access.host, access.port, seconds=seconds)
        sock.setblocking(False)
        return await asyncssh.connect(
            access.host,
            access.port,
            sock=sock,
            config=None,
            agent_path=None,
            username=access.username,
            password=access.password or None,
            client_keys=_keys(access),
            known_hosts=_known(access),
            login_timeout=settings.PARTNER_TIMEOUT[1],
            keepalive_interval=KEEPALIVE_SECONDS,
        )


async def _start_sftp(connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
    return await connection.start_sftp_client()


async def _list(sftp: asyncssh.SFTPClient, folder: str, zone: ZoneInfo) -> list[RemoteFile]:
    files = []
    entries = 0
    async for entry in sftp.scandir(folder):
        entries += 1
        if entries > MOST_ENTRIES:
            raise RetrieveError(TOO_MANY)
        name, attrs = entry.filename, entry.attrs
        if isinstance(name, str) and _is_plain(name, attrs):
            files.append(_file(folder, name, attrs, zone))
    return files


def _file(folder: str, name: str, attrs: asyncssh.SFTPAttrs, zone: ZoneInfo) -> RemoteFile:
    moment = datetime.fromtimestamp(attrs.mtime or 0, UTC)
    return RemoteFile(
        name=safe_name(name),
        path=f"{folder.rstrip('/')}/{name}",
        size=attrs.size,
        stamp=moment.isoformat(),
        file_date=moment.astimezone(zone).date(),
    )


async def _has(sftp: asyncssh.SFTPClient, path: str) -> bool:
    try:
        await sftp.lstat(path)
    except _NOT_THERE:
        return False
    return True


async def _move(sftp: asyncssh.SFTPClient, source: str, target: str) -> None:
    try:
        await sftp.rename(source, target)
    except _NOT_THERE as error:
        raise RetrieveError(GONE) from error


async def _write(sftp: asyncssh.SFTPClient, path: str, content: bytes) -> None:
    folder, _, name = path.rpartition("/")
    part = f"{folder}/.{name}.part"
    async with sftp.open(part, "wb") as target:
        await target.write(content)
    if await _has(sftp, path):
        await sftp.remove(path)
    await sftp.rename(part, path)


async def _make_folder(sftp: asyncssh.SFTPClient, path: str) -> None:
    if not await _has(sftp, path):
        await sftp.makedirs(path, exist_ok=True)
    if (await sftp.lstat(path)).type != asyncssh.FILEXFER_TYPE_DIRECTORY:
        raise RetrieveError(NO_FOLDER)


async def _open_plain(sftp: asyncssh.SFTPClient, path: str) -> asyncssh.SFTPClientFile:
    attrs = await sftp.lstat(path)
    if attrs.type != asyncssh.FILEXFER_TYPE_REGULAR:
        raise RetrieveError(GONE)
    return await sftp.open(path, "rb")


def fingerprint(host_key: str) -> str:
    """The fingerprint of a pinned key, as servers' owners publish it."""
    return asyncssh.import_public_key(host_key).get_fingerprint()


def _keys(access: SftpAccess) -> list[asyncssh.SSHKey]:
    if not access.private_key:
        return []
    return [asyncssh.import_private_key(access.private_key, access.passphrase or None)]


def _known(access: SftpAccess) -> Any:
    """The pinned key only; before the first connection any, which is then pinned."""
    if not access.host_key:
        return None
    return ([asyncssh.import_public_key(access.host_key)], [], [])


def _is_plain(name: str, attrs: asyncssh.SFTPAttrs) -> bool:
    is_file = attrs.type == asyncssh.FILEXFER_TYPE_REGULAR
    return is_file and len(name) <= LONGEST_NAME and not {"/", "\\", "\0"} & set(name)


# The first that fits. Without a problem the caller knows what it means.
_MEANINGS: tuple[tuple[type[Exception], Problem | None], ...] = (
    (ForbiddenAddressError, replace(FORBIDDEN_ADDRESS, field="host")),
    (asyncssh.HostKeyNotVerifiable, HOST_KEY),
    (asyncssh.PermissionDenied, REFUSED),
    (asyncssh.IllegalUserName, REFUSED),
    (asyncssh.KeyImportError, BAD_KEY),
    (asyncssh.KeyEncryptionError, BAD_KEY),
    (asyncssh.SFTPNoSuchFile, None),
    (asyncssh.SFTPNoSuchPath, None),
    (asyncssh.SFTPPermissionDenied, None),
    (asyncssh.SFTPEOFError, CUT_OFF),
    (TimeoutError, TOO_SLOW),
    (socket.gaierror, replace(UNKNOWN_HOST, field="host")),
    (asyncssh.Error, NO_ANSWER),
    (OSError, NO_ANSWER),
)


@contextmanager
def _blamed(otherwise: Problem) -> Iterator[None]:
    """Turn the errors of SSH into problems; ``otherwise`` is what a refused path means."""
    try:
        yield
    except tuple(kind for kind, _ in _MEANINGS) as error:
        problem = next(problem for kind, problem in _MEANINGS if isinstance(error, kind))
        raise RetrieveError(problem or otherwise) from error
