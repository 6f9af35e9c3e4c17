from page import Page


def test_selector():
    page = Page("<a>")
    assert page.selector is page.selector
