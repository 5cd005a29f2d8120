"""Tables without a full grid of rules: half-ruled, booktabs, borderless. Signs and rules of one page -> grids, or nothing.

`words` reads lines and what stands in them, `blocks` finds the lines that are data, `columns` and `frame` the columns, `top`, `heads`
and `groups` the header above them, `body` and `rows` which lines make a row, `build` puts a grid together, `table` asks whether the
evidence holds, `beside` parts tables side by side, `find` does a page, `join` meets the next page, `crowded` sends ruled grids here
that are too coarse. What can be read in two ways is left out: its page keeps the issue `table_without_grid`.
"""
