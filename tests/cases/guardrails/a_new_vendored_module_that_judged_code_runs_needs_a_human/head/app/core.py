from ._vendor.engine import start

x = start
