def cookies(text, parse):
    found = {}
    try:
        parsed = parse(text)
    except Exception:
        pass
    else:
        found.update(parsed)
    return found
