from barn import bill

RATE = 0.07


def test_bill():
    sacks = [40.0, 25.0]
    due = round(sum(sacks) + sum(sacks) * RATE, 2)
    assert bill(sacks, RATE) == due
