"""Real Celery workers, forked of a process that has the product ready: none loads it again.

``python -c "... serve()"`` answers each line, the words of Celery's command, with a worker's pid.
When there are no more lines it takes all of them along, so a killed run leaves none behind.
"""

import os
import signal
import sys

from agencyhub import celery_app


def serve() -> None:
    """Fork a worker for each line, in a process group of its own."""
    celery_app.loader.import_default_modules()
    pids = []
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _work(line.split())
        os.setpgid(pid, pid)
        pids.append(pid)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
    for pid in pids:  # nobody else's: until it is waited for, a pid is not given away
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _work(words: list[str]) -> None:
    os.setpgid(0, 0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what the workers say is no answer
    celery_app.worker_main(words)
