from abc import ABC, abstractmethod


class Cart(ABC):
    @abstractmethod
    def total(self):
        raise NotImplementedError


class Store:
    def load(self):
        raise NotImplementedError


class FileStore(Store):
    def load(self):
        return 1


def negative():
    raise NotImplementedError("negative carts are not supported")
