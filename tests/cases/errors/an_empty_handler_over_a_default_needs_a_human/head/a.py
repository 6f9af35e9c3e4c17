def width(stream, ask):
    found = None
    if stream:
        try:
            found = ask(stream)
        except Exception:
            pass
    return found or 80
