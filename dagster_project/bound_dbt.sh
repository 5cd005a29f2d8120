#!/bin/sh
# dbt that ends when the process that started it ends; see bound_dbt.py.
exec "${CCHC_PYTHON:-python3}" -P -m dagster_project.bound_dbt "$@"
