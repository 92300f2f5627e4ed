import io

from openpyxl import load_workbook

from integrations.plancompare.sheets import write_csv, write_xlsx

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)"]


class TestWriting:
    def test_defuses_formulas_in_csv(self):
        content = write_csv(["Name"], [[text] for text in DANGEROUS])

        lines = content.decode("utf-8-sig").splitlines()
        assert lines[1:] == [f"'{text}" for text in DANGEROUS]

    def test_defuses_formulas_in_xlsx(self):
        content = write_xlsx(["Name"], [[text] for text in DANGEROUS], title="Users")

        cells = load_workbook(io.BytesIO(content)).active["A"][1:]
        assert [cell.data_type for cell in cells] == ["s"] * len(DANGEROUS)
        assert [cell.value for cell in cells] == [f"'{text}" for text in DANGEROUS]
