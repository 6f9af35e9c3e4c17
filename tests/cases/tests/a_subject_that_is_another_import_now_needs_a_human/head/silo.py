def label(name, count):
    return f"{name.title()} ({count})"
