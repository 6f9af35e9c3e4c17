def update(db, user, name):
    user.name = name
    user.check_permissions()
    if DEBUG:
        validate(user)
    db.save(user)
    audit(user)
    return user
