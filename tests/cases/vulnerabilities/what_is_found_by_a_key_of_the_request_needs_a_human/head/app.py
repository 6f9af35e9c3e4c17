from flask import redirect, request

TARGETS = load_targets()


def go():
    found = TARGETS.get(request.args["to"])
    return redirect(found)


def follow(store):
    key = request.args["to"]
    found = key and store.target(key)
    return redirect(found)
