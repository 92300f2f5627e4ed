"""The vault of imports: their files, and what was found in them."""

from agencyhub.lib.vault import SEGMENT, Vault, new_name

__all__ = [
    "SEGMENT", "delete", "names", "new_name", "read", "reseal", "write", "written_at",
]  # fmt: skip

_VAULT = Vault("imports")

write = _VAULT.write
read = _VAULT.read
names = _VAULT.names
reseal = _VAULT.reseal
written_at = _VAULT.written_at
delete = _VAULT.delete
