FAMILY = "👨{{char:U+200D}}👩{{char:U+200D}}👧"  # ❤{{char:U+FE0F}}{{char:U+200D}}🔥
