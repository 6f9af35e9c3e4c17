HINT = "# ... existing code ..."
LONG = """
# ... existing code ...
"""
