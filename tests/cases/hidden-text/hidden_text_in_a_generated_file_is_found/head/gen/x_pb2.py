x = 1
# {{char:U+202E}}
