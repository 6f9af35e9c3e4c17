import os

from flask import request


def broken(:
    pass


def show():
    return os.system("ls " + request.args["name"])
