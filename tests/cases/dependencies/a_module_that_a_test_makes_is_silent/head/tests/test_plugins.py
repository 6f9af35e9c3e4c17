import sys
import types

from shop import load


def test_file(tmp_path, monkeypatch):
    (tmp_path / "own_plugin.py").write_text("price = 1")
    monkeypatch.syspath_prepend(tmp_path)
    import own_plugin

    assert load(own_plugin) == 1


def test_module():
    sys.modules["made_plugin"] = types.ModuleType("made_plugin")
    import made_plugin

    assert load(made_plugin) is None
