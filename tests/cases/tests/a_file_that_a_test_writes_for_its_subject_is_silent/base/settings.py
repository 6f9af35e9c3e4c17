import json


def add(path, name):
    found = json.loads(path.read_text())
    found[name] = 1
    path.write_text(json.dumps(found))
    return True
