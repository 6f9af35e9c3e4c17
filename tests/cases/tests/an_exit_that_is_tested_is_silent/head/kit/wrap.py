def wrap(text, width):
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return lines + [line] if line else lines


def main(argv):
    print("\n".join(wrap(argv[1], 80)))
    raise SystemExit(0)


def shorten(text, width):
    return text if len(text) <= width else text[: width - 3] + "..."
