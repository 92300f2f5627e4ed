"""Model fields that the platform adds to Django's."""

from typing import Any

from django.db import models

from agencyhub.lib import crypto

MASK = "•••••••"


class Sealed:
    """An encrypted value as it travels through the code: printing it shows a mask.

    Only ``reveal()`` decrypts, so that a template, a log line or an error report that meets the
    value by accident tells nothing.
    """

    __slots__ = ("data", "purpose")

    def __init__(self, data: bytes, purpose: str) -> None:
        self.data = data
        self.purpose = purpose

    def reveal(self) -> str:
        """Decrypt.

        Raises:
            UnreadableSecretError: see ``crypto.KeyRing.open``.
        """
        return crypto.key_ring().open(self.data, purpose=self.purpose).decode()

    def __str__(self) -> str:
        return MASK

    __repr__ = __str__

    def __bool__(self) -> bool:
        return bool(self.data)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and (other.data, other.purpose) == (
            self.data,
            self.purpose,
        )

    def __hash__(self) -> int:
        return hash((self.data, self.purpose))


class SealedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text that is encrypted in the database: assign ``str``, read ``Sealed`` (or None).

    Table and column are authenticated with the value: bytes copied elsewhere do not open.
    """

    def __init__(
        self, *args: Any, index_column: str = "", index_purpose: str = "", **kwargs: Any
    ) -> None:
        """``index_column`` names the column that holds the value's blind index, if there is one."""
        kwargs.setdefault("null", True)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)
        self.index_column = index_column
        self.index_purpose = index_purpose

    @property
    def purpose(self) -> str:
        """What the value is sealed for: ``table.column``."""
        return f"{self.model._meta.db_table}.{self.column}"

    def seal(self, value: str) -> Sealed:
        """Encrypt ``value`` for this column."""
        return Sealed(crypto.key_ring().seal(value.encode(), purpose=self.purpose), self.purpose)

    def get_prep_value(self, value: Any) -> Any:
        """Turn ``str`` into sealed bytes; blank becomes NULL."""
        if isinstance(value, str):
            value = self.seal(value) if value else None
        if isinstance(value, Sealed):
            value = value.data
        return super().get_prep_value(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Sealed | None:
        """Wrap what the database holds; nothing is decrypted here."""
        return None if value is None else Sealed(bytes(value), self.purpose)

    def value_to_string(self, obj: models.Model) -> str:
        """Serializers get the mask, never the value."""
        return MASK if self.value_from_object(obj) else ""
