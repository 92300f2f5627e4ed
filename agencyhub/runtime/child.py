"""Become another program that dies with its parent.

Run as a script, so that no code runs between fork and exec in a process with threads:
``python -IS child.py PARENT_PID DEATH_SIGNAL IDENTITY -- PROGRAM ...``. ``IDENTITY`` is
``same``, ``namespace`` (root appears as user 1000 in a user namespace of its own, which is what
PostgreSQL asks for, while files stay root's) or ``user:UID:GID``.
"""

import ctypes
import os
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
INSIDE_ID = 1000


def enter_namespace() -> None:
    """Move this process into a new user namespace where our user is number 1000."""
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{INSIDE_ID} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{INSIDE_ID} {group} 1")


def take_identity(identity: str) -> None:
    """Change the user this process runs as."""
    if identity == "namespace":
        enter_namespace()
    elif identity.startswith("user:"):
        _, user, group = identity.split(":")
        os.setgroups([])
        os.setgid(int(group))
        os.setuid(int(user))


def die_with_parent(*, parent: int, death_signal: int) -> None:
    """Ask the kernel for ``death_signal`` when the parent ends; leave if it already has."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)


def main(arguments: list[str]) -> None:
    """Prepare this process as asked and replace it by the program."""
    parent, death_signal, identity, _separator, *program = arguments
    take_identity(identity)
    # After the change of user, which clears the setting.
    die_with_parent(parent=int(parent), death_signal=int(death_signal))
    os.execvp(program[0], program)


if __name__ == "__main__":
    main(sys.argv[1:])
