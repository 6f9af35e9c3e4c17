def load(path):
    try:
        return parse(path)
    except ValueError as error:
        return None
