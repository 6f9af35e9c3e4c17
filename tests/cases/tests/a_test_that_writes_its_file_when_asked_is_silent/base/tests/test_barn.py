from pathlib import Path

from barn import ticket

SHEET = Path(__file__).parent / "sheet.txt"


def test_sheet():
    assert ticket("hay", 2) == SHEET.read_text()
