from shop.ids import new_id


def test_an_id_begins_with_the_name():
    assert new_id("cart") == "cart-1"
