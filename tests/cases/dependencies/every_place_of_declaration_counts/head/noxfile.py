def docs(session):
    session.install("sphinx", "furo")
