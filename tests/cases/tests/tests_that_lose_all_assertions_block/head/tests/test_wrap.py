from kit.wrap import shorten, wrap


def test_words_are_wrapped_at_the_width():
    lines = wrap("one two three four", 9)
    assert lines == ["one two", "three", "four"]
    assert max(len(line) for line in lines) <= 9


def test_long_text_is_shortened():
    for title in ("a long title", "another long title"):
        shorten(title, 9)
