# {{char:U+202E}} old
x = 1
