from flask import Flask, request

from .tools import show, show_number

app = Flask(__name__)


@app.route("/list")
def listed():
    return {"ok": show(request.args["folder"])}


@app.route("/number")
def numbered():
    return {"ok": show_number(request.args["number"])}
