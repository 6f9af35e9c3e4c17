def load(path):
    try:
        return parse(path)
    except ValueError as error:
        raise ConfigError(path) from error
