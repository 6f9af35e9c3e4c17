def update(db, user, name):
    user.name = name
    user.check_permissions()
    return user
    validate(user)
    db.save(user)
    audit(user)
    return user
