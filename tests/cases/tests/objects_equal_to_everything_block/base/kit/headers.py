def normalise(name):
    return name.strip().title()


def merge(first, second):
    merged = {normalise(key): value for key, value in first.items()}
    for key, value in second.items():
        merged[normalise(key)] = value
    return merged
