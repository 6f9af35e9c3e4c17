import sqlite3

from flask import Flask, request

app = Flask(__name__)
COLUMNS = {"date": "created_at", "total": "total_cents"}


def database():
    return sqlite3.connect("orders.db")


@app.route("/bound")
def bound():
    return rows("select * from orders where buyer = ?", [request.args["buyer"]])


@app.route("/table")
def table():
    return rows(f"select * from orders order by {COLUMNS[request.args['by']]}")


@app.route("/listed")
def listed():
    column = request.args["by"]
    if column not in ("date", "total"):
        return "no such column", 400
    return rows("select * from orders order by " + column)


@app.route("/number")
def number():
    return rows("select * from orders limit %d" % int(request.args["limit"]))


@app.route("/many")
def many():
    names = request.args.getlist("name")
    marks = ", ".join("?" for _ in names)
    return rows(f"select * from orders where buyer in ({marks})", names)


@app.route("/prose")
def prose():
    return {"text": "Please select a seat from " + request.args["row"]}


def rows(sql, values=()):
    return database().execute(sql, values).fetchall()
