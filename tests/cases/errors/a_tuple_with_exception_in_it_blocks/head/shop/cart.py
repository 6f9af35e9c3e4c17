def load(path):
    try:
        return read(path)
    except (ValueError, Exception) as error:
        ...
