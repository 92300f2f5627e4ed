"""Values of the agency's custom fields, as JSON: each text is read once by ``records.custom``."""

import json

import polars as pl

from agencyhub.imports.types.base import Context, Parsed, Type
from agencyhub.imports.types.text import tidied
from agencyhub.records import custom
from agencyhub.records.models import CustomField


class CustomValue(Type):
    """What one custom field accepts."""

    name = "custom"

    def __init__(self, field: CustomField) -> None:
        self.field = field

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(label, label) for label in self.field.choices]

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        texts = tidied(texts)
        distinct = texts.drop_nulls().unique().to_list()
        read = {text: self._read(text) for text in distinct}
        values = {text: value for text, (value, _) in read.items() if value}
        errors = {text: error for text, (_, error) in read.items() if error}
        return Parsed(_replaced(texts, values), _replaced(texts, errors) if errors else None)

    def _read(self, text: str) -> tuple[str, str]:
        try:
            value = custom.read_value(self.field, text)
        except custom.InvalidCustomValueError as error:
            return "", f"“{text[:80]}”: {error.message}"
        return ("" if value is None else json.dumps(value, ensure_ascii=False)), ""


def _replaced(texts: pl.Series, by: dict[str, str]) -> pl.Series:
    return texts.replace_strict(list(by), list(by.values()), default=None, return_dtype=pl.String)
