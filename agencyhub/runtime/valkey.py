"""The embedded Valkey: cache and broker on a private socket."""

import signal
import socket
import subprocess
import time

from agencyhub.runtime import binaries, process
from agencyhub.runtime.errors import RuntimeProblem
from agencyhub.runtime.home import Home, make_private

START_SECONDS = 30


class Valkey:
    """One embedded server. ``relaxed`` keeps nothing on disk: tests only."""

    name = "Valkey"

    def __init__(self, home: Home, *, relaxed: bool = False) -> None:
        self.log_file = home.logs / "valkey.log"
        self._data = home.path / "valkey"
        self._socket = home.sockets / "valkey.sock"
        self._relaxed = relaxed
        self.child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The value for ``REDIS_URL``."""
        return f"unix://{self._socket}?db=0"

    def start(self) -> None:
        """Start the server, wait until its data is loaded and it answers."""
        make_private(self._data)
        self._socket.unlink(missing_ok=True)
        keep = "no" if self._relaxed else "yes"
        command = [
            *(str(binaries.valkey_server()), "--port", "0", "--daemonize", "no"),
            *("--unixsocket", str(self._socket), "--unixsocketperm", "700"),
            *("--dir", str(self._data), "--save", "", "--appendonly", keep),
            *("--appendfsync", "everysec", "--maxmemory-policy", "noeviction"),
        ]
        with self.log_file.open("ab") as log:
            self.child = process.start(command, death_signal=signal.SIGTERM, output=log)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.child.poll() is None:
            if self._answers():
                return
            time.sleep(0.02)
        msg = f"Valkey does not start. Its last words are in {self.log_file}."
        raise RuntimeProblem(msg)

    def stop(self) -> None:
        """Write what is unsaved and end."""
        if self.child is not None:
            process.stop(self.child, with_signal=signal.SIGTERM)
            self.child = None

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1)
            try:
                client.connect(str(self._socket))
                client.sendall(b"PING\r\n")
                return client.recv(64) == b"+PONG\r\n"  # "-LOADING" while it reads its file
            except OSError:
                return False
