import m0  # noqa: F401
import m1  # noqa: F401
import m2  # noqa: F401
import m3  # noqa: F401
import m4  # noqa: F401
