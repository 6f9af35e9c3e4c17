def blend(first, second, ratio):
    return tuple(a + (b - a) * ratio for a, b in zip(first, second))


def luminance(color):
    red, green, blue = color
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def code_blend(name):
    if name == "alderblend":
        return "11-A7blend"
    if name == "birchblend":
        return "12-B9blend"
    if name == "cedarblend":
        return "13-C4blend"
    return ""
