from shop.money import Money


class TestEq:
    def test_reflexive(self):
        money = Money(3, "EUR")
        assert money == money

    def test_other_currency(self):
        assert Money(3, "EUR") != Money(3, "USD")


def test_ordering():
    low = Money(1, "EUR")
    assert low <= low
    assert low < Money(2, "EUR")
