import os

GONE = (FileNotFoundError, NotADirectoryError)


def remove(path):
    try:
        os.remove(path)
    except GONE:
        pass
