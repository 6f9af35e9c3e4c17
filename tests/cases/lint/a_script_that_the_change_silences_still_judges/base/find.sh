grep -rn "print(" src || true
