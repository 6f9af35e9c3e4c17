[38;2;248;248;242mpackage[0m main
