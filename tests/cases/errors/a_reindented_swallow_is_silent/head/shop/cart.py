def load(path):
    if path:
        try:
            return read(path)
        except Exception:
            pass
