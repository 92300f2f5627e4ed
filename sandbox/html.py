"""HTML from string templates: every value is escaped unless it is markup already."""

import html
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"


class Markup(str):
    """Text that is HTML already and is not escaped again."""

    __slots__ = ()


NOTHING = Markup("")


def escape(value: object) -> Markup:
    """Turn a value into HTML text; ``None`` is nothing."""
    if isinstance(value, Markup):
        return value
    return NOTHING if value is None else Markup(html.escape(str(value)))


def fill(text: str, **values: object) -> Markup:
    """Fill ``$name`` places of a piece of HTML with escaped values."""
    escaped = {name: escape(value) for name, value in values.items()}
    return Markup(string.Template(text).substitute(escaped))


def render(template: str, **values: object) -> Markup:
    """Fill a file of ``templates/``."""
    return fill(_template(template), **values)


def join(parts: Iterable[object]) -> Markup:
    """Put pieces of HTML one after another."""
    return Markup("\n".join(escape(part) for part in parts))


@cache
def _template(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Input:
    """How one form field is asked for."""

    name: str
    label: str
    kind: str = "text"
    hint: str = ""
    is_required: bool = False
    limit: int = 200
    extra: str = ""


def field(spec: Input, value: object = "", error: str = "") -> Markup:
    """Draw a labelled input with its hint and its error."""
    notes = _notes(spec.name, spec.hint, error)
    attributes = [f'type="{spec.kind}"', 'autocomplete="off"', spec.extra]
    if spec.kind not in ("date", "number"):
        attributes.append(f'maxlength="{spec.limit}"')
    attributes += _state(spec, error)
    return fill(
        '<div class="field"><label for="$id">$label$mark</label>'
        '<input id="$id" name="$name" value="$value" $attributes>$notes</div>',
        id=f"id_{spec.name}",
        name=spec.name,
        label=spec.label,
        mark=_mark(spec),
        value=value,
        attributes=Markup(" ".join(part for part in attributes if part)),
        notes=notes,
    )


def select(
    spec: Input, choices: Sequence[tuple[str, str]], value: str = "", error: str = ""
) -> Markup:
    """Draw a labelled choice out of (value, words) pairs."""
    options = join(
        fill(
            '<option value="$value"$chosen>$words</option>',
            value=key,
            words=words,
            chosen=Markup(" selected") if key == value else NOTHING,
        )
        for key, words in choices
    )
    return fill(
        '<div class="field"><label for="$id">$label$mark</label>'
        '<select id="$id" name="$name" $state>$options</select>$notes</div>',
        id=f"id_{spec.name}",
        name=spec.name,
        label=spec.label,
        mark=_mark(spec),
        state=Markup(" ".join(_state(spec, error))),
        options=options,
        notes=_notes(spec.name, spec.hint, error),
    )


def checkbox(name: str, label: str, hint: str, *, is_checked: bool) -> Markup:
    """Draw a labelled tick box."""
    return fill(
        '<div class="check"><input type="checkbox" id="$id" name="$name" value="on"$checked '
        'aria-describedby="${id}_hint"><label for="$id">$label</label>'
        '<p class="hint" id="${id}_hint">$hint</p></div>',
        id=f"id_{name}",
        name=name,
        label=label,
        hint=hint,
        checked=Markup(" checked") if is_checked else NOTHING,
    )


def badge(words: str, tone: str) -> Markup:
    """Draw a small label; the words say it, the tone (good, busy, bad, calm) only helps."""
    return fill('<span class="badge $tone">$words</span>', words=words, tone=tone)


def error_summary(errors: dict[str, str], labels: dict[str, str]) -> Markup:
    """List what is wrong with a form, each line leading to its field."""
    if not errors:
        return NOTHING
    lines = join(
        fill('<li><a href="#id_$name">$label</a>: $error</li>', name=name, label=label, error=error)
        for name, error in errors.items()
        for label in [labels.get(name, name)]
    )
    return fill(
        '<div class="note bad" role="alert"><h2>Please correct</h2><ul>$lines</ul></div>',
        lines=lines,
    )


def _mark(spec: Input) -> Markup:
    return Markup(' <span class="required">(required)</span>') if spec.is_required else NOTHING


def _state(spec: Input, error: str) -> list[str]:
    described = [f"id_{spec.name}_hint"] if spec.hint else []
    described += [f"id_{spec.name}_error"] if error else []
    state = [f'aria-describedby="{" ".join(described)}"'] if described else []
    state += ['aria-invalid="true"'] if error else []
    return state + (["required"] if spec.is_required else [])


def _notes(name: str, hint: str, error: str) -> Markup:
    parts: list[Markup] = []
    if hint:
        parts.append(fill('<p class="hint" id="id_${name}_hint">$hint</p>', name=name, hint=hint))
    if error:
        line = '<p class="error" id="id_${name}_error">$error</p>'
        parts.append(fill(line, name=name, error=error))
    return fill('<div class="notes">$parts</div>', parts=join(parts))
