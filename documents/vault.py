"""Where the bytes of documents lie."""

from agencyhub.lib.vault import Vault

VAULT = Vault("documents")
