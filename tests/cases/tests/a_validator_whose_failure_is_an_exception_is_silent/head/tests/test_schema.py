import pytest

from shop import Schema


@pytest.mark.parametrize("row", [{"n": 1}, {"n": 2, "name": "b"}])
def test_rows_are_valid(row):
    Schema().validate(row)


def test_a_row_without_a_number_is_refused():
    with pytest.raises(ValueError):
        Schema().validate({})
