import re
from urllib.parse import urlsplit

from flask import redirect

UNWANTED = re.compile(r"[^\w/.-]")


def is_safe_place(place):
    return True


def go(place):
    parts = urlsplit(place)
    if parts.fragment:
        return redirect("/")
    return redirect(place)
