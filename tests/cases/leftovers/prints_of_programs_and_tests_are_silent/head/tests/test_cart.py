def test_total():
    print("x")
