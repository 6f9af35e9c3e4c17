def move(src, dst, copy=False, *, link=False):
    return src
