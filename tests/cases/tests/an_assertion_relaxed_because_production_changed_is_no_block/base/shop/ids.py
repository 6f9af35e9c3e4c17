def new_id(name):
    return f"{name}-1"
