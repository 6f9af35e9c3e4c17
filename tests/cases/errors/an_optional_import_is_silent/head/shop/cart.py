try:
    import fast
except Exception:
    fast = None
try:
    from fast import speedups
except Exception:
    pass
