import pytest

from agencyhub.lib.pks import read_pk


@pytest.mark.parametrize(
    ("text", "pk"),
    [
        ("7", 7),
        ("9223372036854775807", 2**63 - 1),
        ("9223372036854775808", None),
        ("9" * 5_000, None),
        ("0", None),
        ("-1", None),
        ("1.0", None),
        ("²", None),
        ("٣", None),
        (" 7", None),
        ("", None),
    ],
)
def test_reads_what_a_row_could_have(text, pk):
    assert read_pk(text) == pk
