marks = ["{{char:U+202E}}"]
