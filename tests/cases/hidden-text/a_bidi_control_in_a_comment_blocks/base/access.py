def allowed(user):
    return user.admin
