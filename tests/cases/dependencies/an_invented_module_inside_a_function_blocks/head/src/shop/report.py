def render(rows):
    from tabulate_fastly import render_rows

    return render_rows(rows)
