def blend(first, second, ratio):
    check_ratio(ratio)
    return tuple(a + (b - a) * ratio for a, b in zip(first, second))


def check_ratio(ratio):
    if not 0 <= ratio <= 1:
        raise ValueError(ratio)


def luminance(color):
    red, green, blue = color
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
