import datetime

START = datetime.datetime.now()
