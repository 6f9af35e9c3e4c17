def load(path):
    try:
        return parse(path)
    except Exception:
        return dict()
