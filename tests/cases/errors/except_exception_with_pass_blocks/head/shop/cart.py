def load(path):
    try:
        return read(path)
    except Exception:  # noqa: BLE001
        pass
