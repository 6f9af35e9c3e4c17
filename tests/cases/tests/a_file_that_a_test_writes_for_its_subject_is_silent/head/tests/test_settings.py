import json

from settings import add


def test_others_stay(tmp_path):
    other = {"b": 2}
    path = tmp_path / "a.json"
    path.write_text(json.dumps(other), encoding="utf-8")
    assert add(path, "c")
    assert json.loads(path.read_text(encoding="utf-8")) == {**other, "c": 1}
