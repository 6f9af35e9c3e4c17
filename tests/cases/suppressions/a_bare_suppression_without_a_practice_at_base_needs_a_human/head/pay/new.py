import limits  # noqa
