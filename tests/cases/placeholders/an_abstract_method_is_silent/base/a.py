import abc

class A(abc.ABC):
    def f(self):
        a = 1
        return a
