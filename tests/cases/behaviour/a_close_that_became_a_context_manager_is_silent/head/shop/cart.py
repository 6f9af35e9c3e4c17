def read(path):
    with open(path) as file:
        text = file.read()
    count(text)
    return text
