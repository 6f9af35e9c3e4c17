import sqlite3

from flask import Flask, request

app = Flask(__name__)
COLUMNS = {"date": "created_at", "total": "total_cents"}


def database():
    return sqlite3.connect("orders.db")


@app.route("/concatenated")
def concatenated():
    return rows("select * from orders where buyer = '" + request.args["buyer"] + "'")


@app.route("/percent")
def percent():
    return rows("select * from orders where buyer = '%s'" % request.args["buyer"])


@app.route("/format")
def formatted():
    return rows("select * from orders where buyer = '{}'".format(request.args["buyer"]))


@app.route("/fstring")
def fstring():
    return rows(f"select * from orders order by {request.args['by']}")


@app.route("/join")
def joined():
    return rows(" ".join(["select * from orders order by", request.args["by"]]))


@app.route("/branches")
def branches():
    sql = "select * from orders where 1 = 1"
    if "buyer" in request.args:
        sql += " and buyer = '" + request.args["buyer"] + "'"
    return rows(sql)


@app.route("/many")
def many():
    names = ", ".join("'" + name + "'" for name in request.args.getlist("name"))
    return rows(f"select * from orders where buyer in ({names})")


def rows(sql):
    return database().execute(sql).fetchall()
