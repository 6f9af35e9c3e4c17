from kit.blend import code_blend
import pytest

from kit.blend import blend, luminance


def test_colors_are_blended_by_ratio():
    mixed = blend((0.0, 0.0, 0.0), (1.0, 0.5, 0.25), 0.5)
    assert mixed == pytest.approx((0.5, 0.25, 0.125), abs=1e-9)


def test_white_is_brightest():
    assert luminance((1.0, 1.0, 1.0)) == pytest.approx(1.0, rel=1e-6)
    assert luminance((0.0, 0.0, 0.0)) < 0.001


def test_codes_blend():
    assert code_blend("alderblend") == "11-A7blend"
    assert code_blend("birchblend") == "12-B9blend"
    assert code_blend("cedarblend") == "13-C4blend"
