import pytest

from kit.table import render, widths

ROWS = [["name", "size"], ["a.txt", "12"]]
RENDERED = "name |size\na.txt|12  "


@pytest.mark.parametrize("rows, sizes", [(ROWS, [5, 4]), ([["a"]], [1])])
def test_column_widths(rows, sizes):
    assert widths(rows) == sizes


def test_cells_are_padded():
    assert render(ROWS) == RENDERED
    assert render([]) == ""
