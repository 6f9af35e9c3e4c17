import collections
import inspect


def arguments(f):
    if isinstance(f, collections.Mapping):
        return f
    return inspect.getargspec(f)
