"""Texts that a spreadsheet would run as formulas: marked when written, unmarked when read."""

# Of the full-width ones spreadsheets in Asian languages make the plain ones (OWASP, CSV Injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "'"


def defuse(cell: str) -> str:
    """Mark a text that a spreadsheet would run as a formula, so that it is shown instead."""
    return MARK + cell if cell.startswith(FORMULA_STARTS) else cell


def undefuse(cell: str) -> str:
    """Take off the mark of ``defuse``, so that an exported file can be read again."""
    is_defused = cell.startswith(MARK) and cell[1:].startswith(FORMULA_STARTS)
    return cell[1:] if is_defused else cell
