import pytest

from kit.args import parse_flag, split_args


def test_arguments_are_split_at_blanks():
    parts = split_args("add  -v file.txt")
    assert parts == ["add", "-v", "file.txt"]
    assert len(split_args("")) == 0


def test_a_flag_may_carry_a_value():
    parse_flag("--level=3")


def test_a_word_is_no_flag():
    with pytest.raises(ValueError, match="is no flag"):
        parse_flag("level")
