from shop.files import lock


def test_a_lock_is_released(tmp_path):
    with lock(tmp_path / "a") as held:
        pass
    assert held.released
