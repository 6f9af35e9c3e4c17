from kit.wrap import code_wrap
from kit.wrap import shorten, wrap


def test_words_are_wrapped_at_the_width():
    lines = wrap("one two three four", 9)
    assert lines == ["one two", "three", "four"]
    assert max(len(line) for line in lines) <= 9


def test_long_text_is_shortened():
    assert shorten("a long title", 9) == "a long..."
    assert "..." in shorten("another long title", 9)


def test_codes_wrap():
    assert code_wrap("alderwrap") == "11-A7wrap"
    assert code_wrap("birchwrap") == "12-B9wrap"
    assert code_wrap("cedarwrap") == "13-C4wrap"
