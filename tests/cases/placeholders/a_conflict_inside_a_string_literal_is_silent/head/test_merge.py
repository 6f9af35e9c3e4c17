SAMPLE = """
<<<<<<< HEAD
a
=======
b
>>>>>>> topic
"""
