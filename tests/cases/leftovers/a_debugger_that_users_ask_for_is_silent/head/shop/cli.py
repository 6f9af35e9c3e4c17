import pdb


def run(options):
    if options.pdb:
        pdb.set_trace()
    return 1


def start_debugger():
    breakpoint()
