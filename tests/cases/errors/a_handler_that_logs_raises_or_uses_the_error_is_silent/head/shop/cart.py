def load(path):
    try:
        return read(path)
    except Exception:
        log.exception("cart")
    try:
        return read(path)
    except Exception as error:
        raise CartError from error
    try:
        return read(path)
    except Exception as error:
        return {"error": error}
