def split_args(line):
    return [part for part in line.split(" ") if part]


def parse_flag(text):
    if not text.startswith("-"):
        raise ValueError(f"{text!r} is no flag")
    name, _, value = text.lstrip("-").partition("=")
    return name, value or None
