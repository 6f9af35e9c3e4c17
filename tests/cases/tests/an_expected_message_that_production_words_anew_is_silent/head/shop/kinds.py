KINDS = {}


def kind(name):
    def add(function):
        KINDS[name] = function
        return function

    return add
