import re
from urllib.parse import urlsplit

from flask import redirect

UNWANTED = re.compile(r"[^\w-]")


def is_safe_place(place):
    return urlsplit(place).netloc == ""


def go(place):
    parts = urlsplit(place)
    if parts.scheme or parts.netloc:
        return redirect("/")
    return redirect(place)
