def load(path):
    try:
        return read(path)
    except Exception as error:
        return None
