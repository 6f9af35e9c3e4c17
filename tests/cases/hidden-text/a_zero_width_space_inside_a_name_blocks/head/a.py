is_admin = False
is_ad{{char:U+200B}}min = True
