import nox


@nox.session
def tests(session):
    session.run('pytest')
    session.run('ruff', 'check', '.')
