"""How `dbt build` grows: a synthetic warehouse of 1, 10, 100 and 1,000 times today's size, built and measured."""
