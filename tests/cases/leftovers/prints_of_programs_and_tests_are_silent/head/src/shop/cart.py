def total(rows):
    return sum(rows)


if __name__ == "__main__":
    print(total([1]))
