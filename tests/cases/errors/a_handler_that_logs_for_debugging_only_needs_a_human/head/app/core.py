def load(path):
    try:
        return parse(path)
    except Exception:
        logger.debug('ignored')
        return None
