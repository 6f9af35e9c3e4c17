# {{char:U+202E}} old
x = 1
y = 2
