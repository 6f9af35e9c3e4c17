import warnings

warnings.filterwarnings('ignore', category=DeprecationWarning, module='old')


def load(path):
    return parse(path)
