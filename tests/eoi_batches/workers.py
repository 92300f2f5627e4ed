"""Workers that pick files up until they are killed: forked of a process that has Django ready.

``python -c "... serve()"`` reads the server's key from each line and answers with a worker's pid.
"""

import os
import signal
import sys
import time

from integrations.eoi_batches.services import picking


def serve() -> None:
    """Fork a worker for each line."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _work(int(line))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _work(server_id: int) -> None:
    while True:
        picking.pick_up(server_id=server_id)
        time.sleep(0.05)
