import re

from flask import Flask, redirect, request
from places import UNWANTED, go, is_safe_place

app = Flask(__name__)


@app.get("/in")
def sign_in():
    back = request.args["back"]
    return redirect(back if is_safe_place(back) else "/")


@app.get("/out")
def sign_out():
    return go(request.args["back"])


@app.post("/drafts")
def keep():
    with open("/srv/drafts/" + UNWANTED.sub("", request.form["title"]), "w") as out:
        out.write(request.form["text"])
    return "", 201
