x = "क्{{char:U+200D}}ष"
