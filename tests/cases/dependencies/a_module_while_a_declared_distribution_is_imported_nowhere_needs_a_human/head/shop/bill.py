import osearchx

osearchx.find("a")
