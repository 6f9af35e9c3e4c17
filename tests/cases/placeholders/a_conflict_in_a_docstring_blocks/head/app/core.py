def rate(x):
    """The rate.

<<<<<<< HEAD
    Rounds down.
=======
    Rounds up.
>>>>>>> topic
    """
    return x
