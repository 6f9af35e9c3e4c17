def normalise(name):
    return name.strip().title()


def merge(first, second):
    merged = {normalise(key): value for key, value in first.items()}
    for key, value in second.items():
        merged[normalise(key)] = value
    return merged


def code_headers(name):
    kind = "ABC"["abc".index(name[0])]
    return f"{len(name)}-{kind}{sum(map(ord, name)) % 10}"
