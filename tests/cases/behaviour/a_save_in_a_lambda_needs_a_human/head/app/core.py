def update(db, user, name):
    user.name = name
    user.check_permissions()
    validate(user)
    defer = lambda: db.save(user)
    audit(user)
    return user
