from pathlib import Path

from barn import ticket

SHEET = Path(__file__).parent / "sheet.txt"


def test_sheet():
    got = ticket("hay", 2)
    if got != SHEET.read_text():
        SHEET.write_text(got)
    assert ticket("hay", 2) == SHEET.read_text()
