"""Set every embedded document anew: `python -m scripts.documents`. Afterwards look at the pages and run the tests."""

from __future__ import annotations

from scripts.documents import (
    compilations,
    papi_dimensions,
    par_2020_top10,
    par_quang_nam,
    sipas_2022_quang_nam,
    sipas_2023_thua_thien_hue,
)

if __name__ == "__main__":
    for module in (
        sipas_2023_thua_thien_hue,
        sipas_2022_quang_nam,
        par_2020_top10,
        par_quang_nam,
        compilations,
        papi_dimensions,
    ):
        print(f"setting {module.__name__.rpartition('.')[2]}")
        module.main()
