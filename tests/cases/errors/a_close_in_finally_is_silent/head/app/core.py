def load(path):
    try:
        return parse(path)
    finally:
        close(path)
