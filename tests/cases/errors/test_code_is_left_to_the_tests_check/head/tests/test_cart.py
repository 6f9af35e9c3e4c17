def test_load():
    try:
        load("x")
    except Exception:
        pass
