def width(stream, ask):
    found = stream.width()
    try:
        found = ask(stream)
    except Exception:
        pass
    return found
