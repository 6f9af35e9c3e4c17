right = 1
text = '''
wrong = 2  # noqa: wrong
'''
