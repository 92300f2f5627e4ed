import pytest

from agencyhub.lib.reading import headers


class TestLabels:
    def test_names_and_numbers(self):
        assert headers.labels([" First\nName ", "", None, "first name", "Phone"]) == [
            "First Name",
            "Column B",
            "Column C",
            "first name (2)",
            "Phone",
        ]


class TestNormalise:
    @pytest.mark.parametrize(
        ("spellings", "meant"),
        [
            (["Policy #", "policy no.", "POLICY_NUMBER", "PolicyNumber"], "policy number"),
            (["Policy  Nº", "Policy Num"], "policy number"),
            (["Member's Name", "MEMBERS-NAME", "members name"], "members name"),
            (["Prénom", "prenom", " PRENOM: "], "prenom"),
            (["Notes", "notes"], "notes"),
        ],
    )
    def test_spells_the_same_header_the_same_way(self, spellings, meant):
        assert {headers.normalise(one) for one in spellings} == {meant}


class TestFingerprint:
    def test_is_the_same_for_another_order_and_spelling(self):
        known = headers.fingerprint(["Policy #", "Name", "Name"])

        assert headers.fingerprint(["name", "NAME ", "policy_number"]) == known
        assert headers.fingerprint(["Policy #", "Name"]) != known
        assert len(known) == 32


class TestDrift:
    def test_pairs_what_was_renamed(self):
        old = ["Policy Number", "Member First Name", "Eff Date", "Premium", "Agent"]
        new = ["Premium", "Effective Date", "Policy No.", "MemberFirstNm", "County"]

        found = headers.drift(old, new)

        assert (found.added, found.removed) == (("County",), ("Agent",))
        assert [pair[:2] for pair in found.renamed] == [
            ("Eff Date", "Effective Date"),
            ("Member First Name", "MemberFirstNm"),
        ]

    def test_is_nothing_for_the_same_headers(self):
        assert not headers.drift(["A #", "B"], ["b", "A No"])


class TestOverlap:
    def test_is_the_share_of_headers_that_both_have(self):
        assert headers.overlap(["Name", "Policy #"], ["policy number", "Phone", "name"]) == 2 / 3
