"""Pick up files of decisions over real SFTP."""

from datetime import UTC, datetime, timedelta

import asyncssh
import pytest

from agencyhub.lib.leases import LostLeaseError
from eoi.models import Decision, EoiRequest
from eoi.worksheets import reading
from integrations.eoi_batches.models import BatchFile, Look, Server
from integrations.eoi_batches.services import arriving, leases, opening, picking, working
from tests.eoi_batches.conftest import line, states
from tests.factories.eoi import EoiRequestFactory
from tests.factories.eoi_batches import BatchFileFactory

pytestmark = pytest.mark.django_db
State = BatchFile.State
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHEET = """<?xml version="1.0"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="EOI Decisions"><Table>{rows}</Table></Worksheet>
<Worksheet ss:Name="Instructions"><Table></Table></Worksheet></Workbook>"""


@pytest.fixture
def waiting(box) -> EoiRequest:
    """A request of the folder's group."""
    return request_of(box)


def request_of(box, **values) -> EoiRequest:
    return EoiRequestFactory(election__employee__group=box.folder.group, **values)


def as_sheet(*rows):
    """A workbook of Excel 2003 with these rows."""
    cells = '<Cell><Data ss:Type="String">{}</Data></Cell>'.format
    made = ("".join(map(cells, row)) for row in rows)
    return SHEET.format(rows="".join(f"<Row>{row}</Row>" for row in made)).encode()


class TestDecided:
    def test_masks_an_ssn_in_the_place_of_the_subscriber_id(self, box, waiting):
        number = "123456789"
        type(waiting.employee).objects.update(external_id=number)
        box.drop(
            "decisions.csv",
            "223-45-6789,,subscriber_life,deny_all,,2026-12-01",
            "323456789,,subscriber_life,deny_all,,2026-12-01",
            f"{number},{number},subscriber_life,deny_all,,2026-12-01",
            f"{number},,subscriber_life,deny_all,,2026-12-01",
        )

        box.pick_up()

        shown = [told.split(",")[1] for told in box.results("decisions.csv")]
        assert shown == [*["•••-••-6789"] * 3, number]

    def test_decides_every_row_and_answers_with_results(self, box, waiting):
        unknown = "404,,subscriber_life,deny_all,,2026-12-01"
        box.drop("decisions.csv", line(waiting), line(waiting), unknown, "7,,,,,")

        visit = box.pick_up()

        assert states(visit.finished) == [("decisions.csv", State.ARCHIVED, 1, 2)]
        waiting.refresh_from_db()
        decision = Decision.objects.get()
        assert (waiting.status, decision.channel) == ("approved", Decision.Channel.BATCH)
        assert decision.source == f"batch:{visit.finished[0].key}:2"
        number = waiting.employee.external_id
        assert box.results("decisions.csv") == [
            f"2,{number},subscriber_life,approve_all,A,",
            f"3,{number},subscriber_life,approve_all,R,Coverage not waiting for EOI decision",
            "4,404,subscriber_life,deny_all,R,Employee not found",
        ]
        assert box.names("archive") == ["decisions.csv"]
        assert [box.names(part) for part in ("inbound", "processing", "rejected")] == [[]] * 3
        look = Look.objects.get()
        assert (look.code, look.failed_at, visit.finished[0].undecided) == ("", None, 1)

    def test_reads_a_worksheet_that_a_spreadsheet_program_saved(self, box, waiting):
        header = ("Subscriber ID", "Benefit Lookup Code", "Action", "Effective Date")
        row = (waiting.employee.external_id, "subscriber_life", "Deny All", "12/01/2026")
        box.put("worksheet.xml", as_sheet(header, row))

        visit = box.pick_up()

        assert states(visit.finished) == [("worksheet.xml", State.ARCHIVED, 1, 0)]
        waiting.refresh_from_db()
        assert waiting.status == "denied"

    def test_touches_no_other_group(self, new_mailbox):
        mine, other = new_mailbox(), new_mailbox()
        theirs = request_of(other)
        mine.drop("decisions.csv", line(theirs))

        mine.pick_up()

        assert mine.results("decisions.csv")[0].endswith(",R,Employee not found")
        theirs.refresh_from_db()
        assert theirs.status == "pending"

    def test_never_repeats_an_ssn(self, box):
        wanted = request_of(box, election__employee__ssn="123-00-4567")
        box.drop("by-ssn.csv", ",123-00-4567,subscriber_life,approve_all,,2026-12-01")
        box.drop("wrong.csv", ",123-00-99,subscriber_life,approve_all,,2026-12-01")

        box.pick_up()

        wanted.refresh_from_db()
        assert wanted.status == "approved"
        told = "".join(box.results("by-ssn.csv") + box.results("wrong.csv"))
        assert not {"123-00", "12300"} & {told[at : at + 6] for at in range(len(told))}


class TestRefused:
    @pytest.mark.parametrize(
        ("_case", "content", "words"),
        [
            ("no action", b"Subscriber ID,Benefit Lookup Code,Effective Date\n1,a,b\n", "Action"),
            ("nothing", b"", "empty"),
            ("no table", b"%PDF-1.7 something", "PDF"),
            ("too large", bytes(reading.LIMITS.megabytes * 1024**2 + 1), "MB"),
            (
                "entities",
                SHEET.replace("?>", '?><!DOCTYPE a [<!ENTITY b "c">]>').encode(),
                "entities",
            ),
        ],
    )
    def test_refuses_a_file_as_a_whole_and_says_why(self, box, _case, content, words):
        box.put("odd.csv", content)

        visit = box.pick_up()

        assert states(visit.finished) == [("odd.csv", State.REJECTED, 0, 0)]
        (told,) = box.results("odd.csv")
        assert told.startswith(",,,,R,")
        assert words in told
        assert (box.names("rejected"), box.names("archive")) == (["odd.csv"], [])

    def test_refuses_content_that_was_taken_before(self, box, waiting):
        box.drop("one.csv", line(waiting))
        box.pick_up()
        box.drop("two.csv", line(waiting))

        visit = box.pick_up()

        assert states(visit.finished) == [("two.csv", State.REJECTED, 0, 0)]
        assert "was taken before" in box.results("two.csv")[0]
        assert Decision.objects.count() == 1

    def test_another_group_may_send_the_same_content(self, new_mailbox):
        boxes = [new_mailbox(), new_mailbox()]
        for box in boxes:
            box.drop("same.csv", "404,,subscriber_life,deny_all,,2026-12-01")

        visit = boxes[0].pick_up()

        assert {file.state for file in visit.finished} == {State.ARCHIVED}

    def test_gives_up_a_file_that_kills_its_workers(self, box, waiting):
        box.drop("bad.csv", line(waiting))
        box.pick_up()
        file = BatchFile.objects.get()
        box.drop("worse.csv", line(waiting), "1,,,,,")
        with opening.open_connector(box.folder.server) as connector:
            arriving.look(box.folder, connector, at=NOON)
        worse = BatchFile.objects.exclude(pk=file.pk)
        long_ago = NOON - timedelta(days=9)
        worse.update(state=State.TAKEN, taken_at=NOON, alive_at=long_ago, deaths=10)

        visit = box.pick_up()

        assert states(visit.finished) == [("worse.csv", State.REJECTED, 0, 0)]
        assert "ended many times" in box.results("worse.csv")[0]


class TestArriving:
    def test_waits_until_a_file_stays_as_it_is(self, box, waiting, settings):
        settings.EOI_BATCH_SETTLE_SECONDS = 30
        box.drop("growing.csv", line(waiting))
        with opening.open_connector(box.folder.server) as connector:

            def look(seconds):
                at = NOON + timedelta(seconds=seconds)
                return [file.name for file in arriving.look(box.folder, connector, at=at)]

            assert (look(0), look(29)) == ([], [])
            box.drop("growing.csv", line(waiting), line(waiting))
            assert (look(31), look(60)) == ([], [])
            assert look(61) == ["growing.csv"]

    def test_leaves_what_programs_are_still_writing(self, box, waiting):
        for name in (".hidden.csv", "a.csv.part", "b.TMP", "c.csv.filepart"):
            box.drop(name, line(waiting))

        assert box.pick_up().finished == []
        assert BatchFile.objects.count() == 0

    def test_forgets_what_was_taken_away_again(self, box, waiting):
        box.drop("gone.csv", line(waiting))
        with opening.open_connector(box.folder.server) as connector:
            arriving.look(box.folder, connector, at=NOON)
            (file,) = arriving.look(box.folder, connector, at=NOON)
            lease = leases.take(file, at=NOON)
            (box.root / "inbound" / "gone.csv").unlink()
            working.go_on(lease, connector)

        assert BatchFile.objects.count() == 0

    def test_follows_no_link(self, box, waiting, tmp_path):
        outside = tmp_path / "outside.csv"
        outside.write_text("a")
        box.put("x.csv", b"")
        (box.root / "inbound" / "x.csv").unlink()
        (box.root / "inbound" / "x.csv").symlink_to(outside)

        assert box.pick_up().finished == []
        assert outside.exists()

    def test_makes_the_folders_when_it_looks_first(self, box):
        visit = box.pick_up()

        assert visit.problem is None
        assert sorted(path.name for path in box.root.iterdir()) == sorted(box.folder.PARTS)

    def test_takes_one_file_of_a_folder_at_a_time(self, box):
        first = BatchFileFactory(folder=box.folder)
        second = BatchFileFactory(folder=box.folder)

        lease = leases.take(first, at=NOON)

        assert leases.take(first, at=NOON) is None
        assert leases.take(second, at=NOON) is None
        BatchFile.objects.update(claims=7)
        with pytest.raises(LostLeaseError):
            lease.save(valid=1)


class TestServers:
    def test_tells_what_is_wrong_and_forgets_it_when_it_is_well(self, box):
        credentials = box.folder.server.credentials
        right = credentials.secret
        credentials.secret = "wrong"
        credentials.save()

        assert box.pick_up().problem.code == "credentials"
        look = Look.objects.get()
        assert (look.code, look.looked_at) == ("credentials", None)
        assert look.failed_at

        credentials.secret = right
        credentials.save()
        box.pick_up()
        look.refresh_from_db()
        assert (look.code, look.failed_at) == ("", None)

    def test_one_bad_folder_keeps_no_other_waiting(self, new_mailbox):
        bad, good = new_mailbox(), new_mailbox()
        bad.put("processing", b"in the way of the folder", part=".")
        bad.drop("a.csv", "404,,subscriber_life,deny_all,,2026-12-01")
        good.drop("b.csv", "404,,subscriber_life,deny_all,,2026-12-01")

        visit = good.pick_up()

        assert [file.name for file in visit.finished] == ["b.csv"]
        assert visit.problem.field == "folder"
        assert [path.name for path in (bad.root / "inbound").iterdir()] == ["a.csv"]

    def test_pins_the_key_that_it_sees_first(self, box):
        box.pick_up()
        server = Server.objects.get()
        assert server.host_key.startswith("ssh-ed25519 ")

        other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
        Server.objects.update(host_key=other)

        assert picking.pick_up(server_id=server.pk).problem.code == "host_key"
