x = 1
y = 2
# {{char:U+202E}} old
