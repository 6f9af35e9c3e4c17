x = "breakpoint()"  # not pdb.set_trace()
