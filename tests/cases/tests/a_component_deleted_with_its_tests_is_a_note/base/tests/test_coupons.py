from shop.coupons import redeem


def test_a_coupon_lowers_the_total():
    assert redeem("FIVE", 20) == 15


def test_an_unknown_coupon_does_nothing():
    assert redeem("SIX", 20) == 20
