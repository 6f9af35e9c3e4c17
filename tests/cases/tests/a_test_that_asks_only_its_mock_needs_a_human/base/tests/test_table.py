from kit.table import render, widths

ROWS = [["name", "size"], ["a.txt", "12"]]
RENDERED = "name |size\na.txt|12  "


def test_columns_are_as_wide_as_their_widest_cell():
    assert widths(ROWS) == [5, 4]


def test_cells_are_padded():
    assert render(ROWS) == RENDERED
    assert render([]) == ""
