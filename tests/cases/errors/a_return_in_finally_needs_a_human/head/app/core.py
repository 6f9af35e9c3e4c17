def load(path):
    try:
        return parse(path)
    finally:
        return None
