def slug(text):
    return text.lower()


slug.fast = slug
