import os


def show(folder):
    return os.system("ls -l " + folder)


def show_number(number):
    return os.system("ls -l /srv/%d" % int(number))
