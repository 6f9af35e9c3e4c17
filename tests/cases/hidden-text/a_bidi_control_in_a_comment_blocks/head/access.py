def allowed(user):
    # {{char:U+202E}} ;nimda.resu nruter
    return True
