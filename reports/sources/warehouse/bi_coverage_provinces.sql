select * from bi_coverage_provinces
