# pylint: disable=all
x = 1
