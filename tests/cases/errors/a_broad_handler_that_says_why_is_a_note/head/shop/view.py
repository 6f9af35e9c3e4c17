def shown(part):
    try:
        return repr(part)
    except Exception:
        # A part may refuse to be shown, and a log line must never stop the sale.
        return "?"
