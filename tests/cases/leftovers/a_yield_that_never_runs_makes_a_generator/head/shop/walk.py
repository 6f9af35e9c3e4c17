def walk(tree):
    tree.close()
    if False:
        yield tree
