import abc

class A(abc.ABC):
    @abc.abstractmethod
    def f(self):
        # each kind has its own
        raise NotImplementedError
