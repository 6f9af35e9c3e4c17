def read(path):
    file = open(path)
    text = file.read()
    count(text)
    file.close()
    return text
