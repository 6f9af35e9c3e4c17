is_admin = False
