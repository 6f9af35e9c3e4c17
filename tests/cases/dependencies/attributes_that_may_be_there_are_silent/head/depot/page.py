from depot import dyn, util


def page(title):
    if hasattr(util, "fold"):
        return util.fold(title)
    return util.slug(title), util.__name__, dyn.anything


def other(util):
    return util.nothing
