import b

b.f()
