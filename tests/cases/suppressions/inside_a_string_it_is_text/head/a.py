HELP = "write # noqa or # type: ignore at the end"
DOC = """
# pylint: disable=all
"""
