import json

from settings import add


def test_others_stay(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps({"b": 2}))
    assert add(tmp_path / "a.json", "c")
    assert json.loads((tmp_path / "a.json").read_text()) == {"b": 2, "c": 1}
