"""Tables without a full grid of rules: half-ruled, booktabs, borderless. Signs and rules of one page -> grids, or nothing.

`words` reads lines and what stands in them, `blocks` finds the lines that are data, `columns` and `rows` find the edges between them,
`heads` reads the header above, `find` puts a grid together and asks whether the evidence holds. What can be read in two ways is
left out: its page keeps the issue `table_without_grid`.
"""
