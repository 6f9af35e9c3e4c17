import os
from pathlib import Path

from barn import ticket

SHEET = Path(__file__).parent / "sheet.txt"


def test_sheet():
    if os.environ.get("UPDATE_SHEETS"):
        SHEET.write_text(ticket("hay", 2))
    assert ticket("hay", 2) == SHEET.read_text()
