"""Ask a scanner that speaks clamd's protocol, over real sockets."""

import pytest

from agencyhub.lib import clamd
from tests.scanner import EICAR, SIGNATURE, Clamd

CLEAN = b"Last name\nLopez\n"


@pytest.fixture(params=["tcp", "unix"])
def scanner(request, tmp_path):
    with Clamd(str(tmp_path / "clamd.ctl") if request.param == "unix" else "") as one:
        yield one


def verdict(address, *pieces):
    with clamd.Stream(address) as stream:
        for piece in pieces:
            stream.feed(piece)
        return stream.verdict()


class TestReadAddress:
    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("unix:/run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
            ("tcp:scanner:3310", ("scanner", 3310)),
            ("tcp:[::1]:3310", ("::1", 3310)),
        ],
    )
    def test_reads(self, text, wanted):
        assert clamd.read_address(text) == wanted

    @pytest.mark.parametrize(
        "text",
        ["", "unix:", "unix:relative", "tcp:", "tcp:host", "tcp::3310", "host:3310", "tcp:a:b"],
    )
    def test_refuses_and_says_how_it_is_written(self, text):
        with pytest.raises(ValueError, match="unix:/path"):
            clamd.read_address(text)


class TestStream:
    def test_of_a_clean_file_has_no_signature(self, scanner):
        assert verdict(scanner.address, CLEAN[:5], b"", CLEAN[5:]) == ""
        assert scanner.scanned == [CLEAN]

    def test_names_what_was_found_though_it_came_in_pieces(self, scanner):
        assert verdict(scanner.address, CLEAN + EICAR[:20], EICAR[20:]) == SIGNATURE

    def test_of_no_bytes_is_clean(self, scanner):
        assert verdict(scanner.address) == ""

    @pytest.mark.parametrize("size", [101, 5_000_000])
    def test_tells_a_file_that_is_too_large_from_silence(self, scanner, size):
        scanner.limit = 100

        with pytest.raises(clamd.TooLargeError):
            verdict(scanner.address, *[b"x" * 65536] * (size // 65536), b"x" * (size % 65536))

    @pytest.mark.parametrize("says", [b"", b"stream: lstat() failed ERROR", b"\xff\xfe", b"OK"])
    def test_takes_no_other_answer_for_a_clean_file(self, scanner, says):
        scanner.says = says

        with pytest.raises(clamd.SilentError):
            verdict(scanner.address, CLEAN)

    def test_does_not_wait_for_ever(self, scanner, monkeypatch):
        monkeypatch.setattr(clamd._connected, "__kwdefaults__", {"seconds": 0.2})
        scanner.is_mute = True

        with pytest.raises(clamd.SilentError):
            verdict(scanner.address, CLEAN)

    @pytest.mark.parametrize("address", ["unix:/nowhere/clamd.ctl", "tcp:127.0.0.1:1", "nonsense"])
    def test_says_when_nobody_is_there(self, address):
        with pytest.raises(clamd.SilentError):
            verdict(address, CLEAN)


class TestAnswers:
    def test_tells_whether_the_scanner_is_there(self, scanner):
        assert clamd.answers(scanner.address)

        scanner.is_mute = True
        assert not clamd.answers(scanner.address, seconds=0.2)

        scanner.stop()
        assert not clamd.answers(scanner.address)
