from depot import slug


def page(title):
    return slug.cache_info(), slug(title)
