from tests.support import parse

x = parse("1")
