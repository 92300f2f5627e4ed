"""The carriers' SFTP server: UnitedHealthcare's folder to read from, and other users' homes."""

import asyncio
import hmac
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import asyncssh

from sandbox.carriers.office import Office
from sandbox.carriers.shelf import Ready

USERNAME = "sandbox-agency"
FOLDER = "outbound"
# Public keys that open the door, one a line.
KEYS = "sftp_authorized_keys"
START_SECONDS = 20
_READING = os.O_RDONLY


Home = Callable[[Any], asyncssh.SFTPServer]


class SftpSite:
    """The server in a thread and a loop of its own; ``homes`` are those of other users."""

    def __init__(
        self,
        *,
        data: Path,
        host: str,
        port: int,
        password: str,
        office: Office,
        ready: Callable[[], list[Ready]],
        homes: Mapping[str, Home],
    ) -> None:
        self._data = data
        self._address = (host, port)
        self._password = password
        self.office = office
        self._ready = ready
        self._homes = {USERNAME: lambda channel: _Folder(channel, self), **homes}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._listening = threading.Event()
        self._problem: OSError | None = None
        self.port = 0

    def start(self) -> None:
        """Listen.

        Raises:
            OSError: the port is taken.
        """
        self._thread.start()
        self._listening.wait(START_SECONDS)
        if self._problem is not None:
            raise self._problem

    def stop(self) -> None:
        """Close the port and every connection."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(START_SECONDS)

    def knows(self, username: str, password: str) -> bool:
        """Whether somebody may come in."""
        is_right = hmac.compare_digest(password.encode(), self._password.encode())
        return bool(self._password) and is_right and self._is_open_to(username)

    def accepts(self, username: str, key: asyncssh.SSHKey) -> bool:
        """Whether somebody may come in with a key: its public half was laid beside the data."""
        path = self._data / KEYS
        known = asyncssh.read_public_key_list(path) if path.exists() else []
        return key in known and self._is_open_to(username)

    def home(self, channel: Any) -> asyncssh.SFTPServer:
        """What somebody sees who has come in."""
        return self._homes[channel.get_extra_info("username")](channel)

    def _is_open_to(self, username: str) -> bool:
        refuses = username == USERNAME and self.office.misbehaviour("uhc") == "refuses"
        return username in self._homes and not refuses

    def lay_out(self) -> Path:
        """Put the files of this moment into the folder; answer the root that clients see."""
        root = self._data / "sftp" / "uhc"
        folder = root / FOLDER
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = self._ready()
        for one in found:
            path = folder / one.name
            if not path.exists() or path.read_bytes() != one.content:
                fresh = folder.parent / f".{one.name}.{threading.get_ident()}"
                fresh.write_bytes(one.content)
                fresh.replace(path)
            moment = one.changed_at.timestamp()
            os.utime(path, (moment, moment))
        for path in folder.iterdir():
            if path.name not in {one.name for one in found}:
                path.unlink()
        return root

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            server = self._loop.run_until_complete(self._listen())
        except OSError as error:
            self._problem = error
            self._listening.set()
            return
        self.port = server.get_port()
        self._listening.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _listen(self) -> asyncssh.SSHAcceptor:
        host, port = self._address
        return await asyncssh.listen(
            host,
            port,
            server_host_keys=[self._host_key()],
            server_factory=lambda: _Door(self),
            sftp_factory=self.home,
            allow_scp=False,
        )

    def _host_key(self) -> asyncssh.SSHKey:
        """The server's key, made once."""
        path = self._data / "sftp_host_key"
        if not path.exists():
            key = asyncssh.generate_private_key("ssh-ed25519")
            path.touch(mode=0o600)
            path.write_bytes(key.export_private_key())
        return asyncssh.read_private_key(path)


class _Door(asyncssh.SSHServer):
    """Who may come in."""

    def __init__(self, site: SftpSite) -> None:
        self._site = site

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        if self._site.office.misbehaviour("uhc") == "down":
            conn.abort()

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return self._site.knows(username, password)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return self._site.accepts(username, key)


class _Folder(asyncssh.SFTPServer):
    """The folder, to read from only."""

    def __init__(self, channel: Any, site: SftpSite) -> None:
        super().__init__(channel, chroot=os.fsencode(site.lay_out()))
        self._is_half = site.office.misbehaviour("uhc") == "half"

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open for reading."""
        if pflags != asyncssh.FXF_READ:
            raise asyncssh.SFTPPermissionDenied(_READ_ONLY)
        return super().open(path, pflags, attrs)

    def open56(self, path: bytes, access: int, flags: int, attrs: asyncssh.SFTPAttrs) -> object:
        """Open for reading, in the words of later versions."""
        raise asyncssh.SFTPOpUnsupported(_READ_ONLY)

    def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        """Read; a server that misbehaves breaks off in the middle."""
        if self._is_half:
            half = os.fstat(file_obj.fileno()).st_size // 2
            size = max(min(size, half - offset), 0)
        return bytes(super().read(file_obj, offset, size))

    def _refuse(self, *_arguments: Any, **_more: Any) -> None:
        raise asyncssh.SFTPPermissionDenied(_READ_ONLY)

    write = remove = mkdir = rmdir = rename = posix_rename = _refuse
    symlink = link = setstat = lsetstat = fsetstat = _refuse


_READ_ONLY = "This folder can only be read."
