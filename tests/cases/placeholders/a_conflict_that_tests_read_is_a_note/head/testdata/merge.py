<<<<<<< ours
price = 1
=======
price = 2
>>>>>>> theirs
