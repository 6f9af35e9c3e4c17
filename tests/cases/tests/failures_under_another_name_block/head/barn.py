def ticket(name, count):
    return f"{name.title()} ({count})"
