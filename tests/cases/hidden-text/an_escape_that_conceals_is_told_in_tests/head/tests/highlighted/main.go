[8mpackage[0m main
