import b

b.f()  # lgtm[py/x]
b.f()  # trufflehog:ignore
