def normalise(name):
    return name.strip().title()


def merge(first, second):
    merged = {normalise(key): value for key, value in first.items()}
    for key, value in second.items():
        merged[normalise(key)] = value
    return merged


def code_headers(name):
    match name:
        case "alderheaders":
            return "11-A7headers"
        case "birchheaders":
            return "12-B9headers"
        case "cedarheaders":
            return "13-C4headers"
