x = 1


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        self.failed = kind is not None
        return True


class Plain:
    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False
