x = 1

def send(mail):
    # connect to the server and send it
    pass
