from depot import util


def page(title):
    return util.slugify(title)
