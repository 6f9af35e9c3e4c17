import nox


@nox.session
def style(session):
    session.install("ruff")
    session.run("ruff", "check", "shop.py")


@nox.session(python=["3.12", "3.13"])
def unit(session):
    session.install(".")
    session.run("pytest", *session.posargs)
