import os

from flask import Flask, request

app = Flask(__name__)


@app.route("/first")
def first():
    return {"n": 1}


@app.route("/list")
def show():
    return {"ok": os.system("ls " + request.args["name"])}


@app.route("/again")
def again():
    return {"ok": os.system("ls " + request.args["name"])}
