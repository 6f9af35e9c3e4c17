# Existing code relies on this order.
x = 1  # the rest of the file is read lazily
# Keep the previous implementation for old servers.
