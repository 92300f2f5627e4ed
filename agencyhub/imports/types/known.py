"""Things that the agency's lists know: options, agents, and what upper apps add (carriers)."""

from collections import Counter
from collections.abc import Collection, Mapping

import polars as pl

from agencyhub.imports.types.base import Context, Parsed, Type
from agencyhub.imports.types.text import tidied
from agencyhub.records.kinds import KINDS
from agencyhub.records.models import Option
from agencyhub.records.services import values


class Keyed(Type):
    """Something that rows name and that has a number of ours."""

    dtype = pl.Int64

    def label_of(self, keys: Collection[int]) -> Mapping[int, str]:
        """Words for the numbers, for previews."""
        raise NotImplementedError


class Known(Keyed):
    """One of a list that grows: what it does not know goes to the value inbox.

    ``of`` names the list as ``records.kinds`` knows it. ``within`` is the field that says whose
    list it is (a product's carrier).
    """

    name = "known"

    def __init__(self, of: str, *, within: str = "", lacks_owner: str = "") -> None:
        self.of = of
        self.after = within
        self.lacks_owner = lacks_owner

    def label_of(self, keys: Collection[int]) -> Mapping[int, str]:
        return KINDS[self.of].label_of(keys)

    def parse(self, texts: pl.Series, context: Context) -> Parsed:
        """Everything is done with the few different texts; the column itself is joined once."""
        frame = pl.DataFrame({"text": texts, "within": self._owners(texts, context)})
        keys = ["within", "text"] if self.after else ["text"]
        distinct = frame.drop_nulls("text").group_by("within", "text").agg(times=pl.len())
        distinct = distinct.with_columns(tidied(distinct["text"]).alias("tidy"))
        with context.lock:
            found = self._look_up(distinct, context)
        frame = frame.join(
            found.select(*keys, "pk", "error"), on=keys, how="left", maintain_order="left"
        )
        errors = frame["error"]
        return Parsed(frame["pk"], errors if errors.is_not_null().any() else None)

    def _owners(self, texts: pl.Series, context: Context) -> pl.Series:
        if not self.after:
            return pl.repeat(0, len(texts), dtype=pl.Int64, eager=True)
        owners = context.columns.get(self.after)
        if owners is None:
            return pl.repeat(-1, len(texts), dtype=pl.Int64, eager=True)
        return owners.fill_null(-1)

    def _look_up(self, distinct: pl.DataFrame, context: Context) -> pl.DataFrame:
        """``distinct`` with primary key or error; asked once for the life of the reading."""
        kept: dict[tuple[int, str], tuple[int | None, str | None]]
        kept = context.kept.setdefault((Known, self.of), {})
        for within in distinct["within"].unique():
            rows = distinct.filter(pl.col("within") == within)
            texts: Counter[str] = Counter()
            for text, times in rows.drop_nulls("tidy").select("tidy", "times").iter_rows():
                texts[text] += times
            fresh = [text for text in texts if (within, text) not in kept]
            if fresh:
                kept.update(self._ask(fresh, within))
            unknown = [text for text in texts if kept[within, text][1] and within >= 0]
            if unknown:
                counts = context.unknown.setdefault((self.of, within), Counter())
                for text in unknown:
                    counts[text] = counts.get(text, 0) + texts[text]
        nothing = (None, None)
        answers = [kept.get(key, nothing) for key in distinct.select("within", "tidy").iter_rows()]
        schema = {"pk": pl.Int64, "error": pl.String}
        return distinct.hstack(pl.DataFrame(answers, schema=schema, orient="row"))

    def _ask(
        self, texts: list[str], within: int
    ) -> dict[tuple[int, str], tuple[int | None, str | None]]:
        if within < 0:
            return {(within, text): (None, self.lacks_owner) for text in texts}
        found = values.resolve(kind=self.of, texts=texts, source=None, within_id=within)
        known = {text: pk for text, pk in found.known.items() if self.is_usable(pk)}
        return {
            (within, text): (
                known.get(text),
                None if text in known or text in found.ignored else values.question(self.of, text),
            )
            for text in texts
        }

    def is_usable(self, pk: int) -> bool:
        """Whether rows may still be given this one; override."""
        return True


class OptionOf(Known):
    """An active option of one list."""

    name = "option"

    def __init__(self, option_list: Option.List) -> None:
        super().__init__(option_list.value)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The labels that a file may use."""
        labels = Option.objects.active(self.of).values_list("label", flat=True)
        return [(label, label) for label in labels]

    def is_usable(self, pk: int) -> bool:
        return Option.objects.filter(pk=pk, is_active=True).exists()


class AgentNamed(Known):
    """An agent by NPN, e-mail or name."""

    name = "agent"

    def __init__(self) -> None:
        super().__init__("agent")
