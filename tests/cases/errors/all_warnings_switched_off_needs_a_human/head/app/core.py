import warnings

warnings.filterwarnings('ignore')


def load(path):
    return parse(path)
