import pytest

from agencyhub.lib.states import InvalidStateError, read_state


@pytest.mark.parametrize(
    ("text", "code"),
    [("IA", "IA"), (" ia ", "IA"), ("iowa", "IA"), ("New  York", "NY"), ("DC", "DC"), ("", "")],
)
def test_reads_codes_and_names(text, code):
    assert read_state(text) == code


@pytest.mark.parametrize("text", ["XX", "Io", "Ontario"])
def test_refuses_what_is_no_state(text):
    with pytest.raises(InvalidStateError, match="not a US state"):
        read_state(text)
