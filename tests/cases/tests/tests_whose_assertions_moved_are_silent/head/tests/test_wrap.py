from kit.wrap import shorten, wrap


def test_words_are_wrapped_at_the_width():
    lines = wrap("one two three four", 9)
    assert lines == ["one two", "three", "four"]
    assert max(len(line) for line in lines) <= 9


def test_long_text_is_shortened():
    for title, short in [("a long title", "a long...")]:
        assert shorten(title, 9) == short
    assert "..." in shorten("another long title", 9)
