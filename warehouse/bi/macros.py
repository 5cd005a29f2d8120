"""How figures, ranks, places and codes are said: macros of DuckDB for the report pages and the workbooks.

A macro without a suffix says it in Vietnamese, one that ends in `_en` in English.
"""

from __future__ import annotations

MACROS = r"""
-- 82.28 -> '82,28'; null stays null.
create macro vn_number(value, decimals) as
    case when value is null then null
         else replace(format('{:.' || decimals || 'f}', value::double), '.', ',') end;
-- +3.73 -> '+3,73'; a true minus sign; zero has no sign.
create macro vn_change(value, decimals) as
    case when value is null then null
         when round(value::double, decimals::int) = 0 then vn_number(0, decimals)
         when value > 0 then '+' || vn_number(value, decimals)
         else '−' || vn_number(-value, decimals) end;
-- Decimals that a computed value needs: two to four.
create macro needed_decimals(value) as
    greatest(2, length(regexp_extract(rtrim(format('{:.4f}', value::double), '0'), '[.]([0-9]*)$', 1)));
create macro vn_computed(value) as vn_number(value, needed_decimals(value));
-- Decimals as printed, at most four; a value without a printed number of its own has those it needs.
create macro printed_decimals(raw_text, value) as least(4,
    case when value is not null and regexp_matches(trim(raw_text), '^[+-]?[0-9]+([.,][0-9]+)?$')
         then length(regexp_extract(trim(raw_text), '[.,]([0-9]+)$', 1))
         else needed_decimals(value) end);
create macro search_key(text) as
    trim(regexp_replace(replace(lower(strip_accents(text)), 'đ', 'd'), '\s+', ' ', 'g'));
-- A place of the map of 34 has a page of its own beside its namesake of the maps of 63 and 64, which share one.
create macro page_slug(province_slug, geography) as
    province_slug || case when geography = 'vn34' then '-34' else '' end;
-- 'S.1.4.10' sorts after 'S.1.4.2'.
create macro code_key(code) as
    array_to_string(list_transform(string_split(code, '.'), lambda part: lpad(part, 8, '0')), '.');
create macro shorten(text, width) as
    case when length(text) <= width then text
         else regexp_replace(left(text, width), '[\s,;]+\S*$', '') || '…' end;
create macro index_label(index_code, name_vi) as
    case index_code when 'SIPAS' then 'SIPAS' when 'PAR_PROVINCE' then 'PAR INDEX (tỉnh)'
         when 'PAR_MINISTRY' then 'PAR INDEX (bộ, ngành)' when 'PAPI' then 'PAPI' when 'PCI' then 'PCI'
         when 'ICT_INDEX' then 'ICT Index' else name_vi end;
create macro unit_label(unit) as
    case unit when 'index_points' then 'thang 100' when 'points' then 'điểm' when 'percent' then '% người trả lời'
         when 'percent_of_maximum' then '% điểm tối đa' when 'percent_unspecified' then '% (nguồn không nói của gì)'
         when 'places' then 'bậc' when 'count' then 'số lượng' else unit end;
create macro facet_label(facet) as
    case facet when 'satisfaction' then 'Hài lòng' when 'perception' then 'Nhận định' when 'expectation' then 'Mong đợi' else '' end;
create macro facet_sort(facet) as
    case facet when 'satisfaction' then 1 when 'perception' then 2 when 'expectation' then 3 else 4 end;
create macro rank_note(rank_kind) as
    case rank_kind when 'official' then 'hạng công bố' when 'derived_by_us' then 'hạng tự tính từ điểm'
         when 'derived_by_third_party' then 'hạng do bên thứ ba tính' when 'publisher_group' then 'nhóm do nơi công bố xếp' end;
create macro status_note(value_status) as
    case value_status when 'derived_by_us' then 'tự tính từ số liệu đã dẫn' when 'implied' then 'suy ra từ các số đã in'
         when 'estimated_by_us' then 'ước lượng của dự án' when 'withheld' then 'nơi công bố giữ lại'
         when 'not_published' then 'chưa công bố' end;
create macro measure_label(measure) as
    case measure when 'score' then 'điểm' when 'rank' then 'hạng' when 'change' then 'thay đổi điểm'
         when 'change_rank' then 'thay đổi hạng' when 'gap_to_mean' then 'chênh so trung bình'
         when 'gap_to_best' then 'chênh so cao nhất' else measure end;
create macro conflict_label(kind) as
    case kind when 'contradiction' then 'nói khác nhau' when 'rounding' then 'khác do làm tròn'
         when 'truncation' then 'cắt bớt chữ số' when 'unreconciled' then 'chưa rõ cách quy đổi'
         when 'shared_rank' then 'hai nơi cùng một hạng' when 'rank_against_score' then 'hạng ngược với thứ tự điểm' else kind end;
-- Of a figure that is there, or why it is not there; the status of a rank without a score says nothing of the score.
create macro score_note(value_status, score) as
    case when score is not null or value_status in ('withheld', 'not_published') then status_note(value_status) end;
-- Short name of a source: the number of the decision; for a row with an address of its own its site; else the document's title.
create macro source_label(cited_decision, title_vi, row_url, document_url) as
    coalesce(cited_decision,
        case when row_url is distinct from document_url
             then nullif(regexp_extract(row_url, '^https?://(?:www[.])?([^/]+)', 1), '') end,
        shorten(title_vi, 36));
-- In a ranking table: every row that has the figure has the same note.
create macro all_alike(note, figure) as
    coalesce(min(note) filter (where figure is not null) over (partition by edition_id, criterion_code)
           = max(note) filter (where figure is not null) over (partition by edition_id, criterion_code), true);
create macro place_in_document(page, sheet, a1, table_number, row_number, column_number, paragraph) as
    case when sheet is not null then 'trang tính ' || sheet || coalesce(', ô ' || a1, ', dòng ' || row_number, '')
         when table_number is not null then concat_ws(', ', 'trang ' || page, 'bảng ' || table_number, 'dòng ' || row_number,
             'cột ' || column_number)
         else concat_ws(', ', 'trang ' || page, 'đoạn ' || paragraph) end;
-- The same in English.
create macro en_number(value, decimals) as
    case when value is null then null else format('{:.' || decimals || 'f}', value::double) end;
create macro en_change(value, decimals) as replace(vn_change(value, decimals), ',', '.');
create macro en_computed(value) as en_number(value, needed_decimals(value));
create macro index_label_en(index_code, name_en) as
    case index_code when 'SIPAS' then 'SIPAS' when 'PAR_PROVINCE' then 'PAR INDEX (provinces)'
         when 'PAR_MINISTRY' then 'PAR INDEX (ministries)' when 'PAPI' then 'PAPI' when 'PCI' then 'PCI'
         when 'ICT_INDEX' then 'ICT Index' else name_en end;
create macro unit_label_en(unit) as
    case unit when 'index_points' then 'scale of 100' when 'points' then 'points' when 'percent' then '% of answers'
         when 'percent_of_maximum' then '% of the maximum' when 'percent_unspecified' then '% (of what, the source does not say)'
         when 'places' then 'places' when 'count' then 'count' else unit end;
create macro facet_label_en(facet) as
    case facet when 'satisfaction' then 'Satisfaction' when 'perception' then 'Perception' when 'expectation' then 'Expectation'
         else '' end;
create macro rank_note_en(rank_kind) as
    case rank_kind when 'official' then 'published rank' when 'derived_by_us' then 'rank derived from the scores by us'
         when 'derived_by_third_party' then 'rank by a third party' when 'publisher_group' then 'group set by the publisher' end;
create macro status_note_en(value_status) as
    case value_status when 'derived_by_us' then 'computed by us from the cited figures'
         when 'implied' then 'implied by printed figures' when 'estimated_by_us' then 'estimated by this project'
         when 'withheld' then 'withheld by the publisher' when 'not_published' then 'not published' end;
create macro score_note_en(value_status, score) as
    case when score is not null or value_status in ('withheld', 'not_published') then status_note_en(value_status) end;
create macro measure_label_en(measure) as
    case measure when 'score' then 'score' when 'rank' then 'rank' when 'change' then 'change of score'
         when 'change_rank' then 'change of rank' when 'gap_to_mean' then 'gap to the mean'
         when 'gap_to_best' then 'gap to the best' else measure end;
create macro conflict_label_en(kind) as
    case kind when 'contradiction' then 'they contradict each other' when 'rounding' then 'rounding'
         when 'truncation' then 'digits cut off' when 'unreconciled' then 'conversion unclear'
         when 'shared_rank' then 'two places with one rank' when 'rank_against_score' then 'rank against the order of scores'
         else kind end;
create macro region_en(region_code) as
    case region_code when 'DBSH' then 'Red River Delta' when 'TDMNPB' then 'Northern Midlands and Mountains'
         when 'BTB_DHMT' then 'North Central and Central Coast' when 'BTB' then 'North Central Coast'
         when 'DHNTB_TN' then 'South Central Coast and Central Highlands' when 'TN' then 'Central Highlands'
         when 'DNB' then 'Southeast' when 'DBSCL' then 'Mekong River Delta' else '' end;
create macro place_in_document_en(page, sheet, a1, table_number, row_number, column_number, paragraph) as
    case when sheet is not null then 'sheet ' || sheet || coalesce(', cell ' || a1, ', row ' || row_number, '')
         when table_number is not null then concat_ws(', ', 'page ' || page, 'table ' || table_number, 'row ' || row_number,
             'column ' || column_number)
         else concat_ws(', ', 'page ' || page, 'paragraph ' || paragraph) end;
-- Address of a criterion's page: 'sipas-s-1-4-2'.
create macro criterion_slug(index_code, criterion_code) as
    lower(replace(index_code, '_', '-') || '-' || regexp_replace(strip_accents(criterion_code), '[^A-Za-z0-9]+', '-', 'g'));
-- In a group: every row that has the figure has the same note.
create macro shared(note, figure) as
    count(nullif(note, '')) = count(figure)
    and min(note) filter (where figure is not null) = max(note) filter (where figure is not null) and max(note) <> '';
-- Why a cell that should be there is not.
create macro coverage_reason_vi(reason) as
    case reason when 'published' then 'đã có' when 'not_in_our_documents' then 'không có trong các tài liệu đã đọc'
         when 'withheld_by_publisher' then 'nơi công bố giữ lại' when 'picture_only' then 'chỉ có trong hình ảnh'
         when 'rank_only' then 'chỉ công bố hạng' when 'not_published' then 'không công bố'
         when 'change_only' then 'chỉ công bố mức thay đổi' when 'new_criterion' then 'tiêu chí mới'
         when 'dropped_criterion' then 'tiêu chí đã bỏ' else reason end;
create macro coverage_reason_en(reason) as
    case reason when 'published' then 'known' when 'not_in_our_documents' then 'not in the documents that were read'
         when 'withheld_by_publisher' then 'withheld by the publisher' when 'picture_only' then 'in a picture only'
         when 'rank_only' then 'only the rank was published' when 'not_published' then 'not published'
         when 'change_only' then 'only the change was published' when 'new_criterion' then 'a new criterion'
         when 'dropped_criterion' then 'a criterion that was dropped' else reason end;
create macro component_label(component) as
    case component when 'comparable_criteria' then 'đo như nhau ở cả hai năm' when 'new_criteria' then 'mới, hoặc không so sánh được'
         when 'dropped_criteria' then 'đã bỏ, hoặc không so sánh được' when 'rollup_rule' then 'cách tính tổng thay đổi'
         when 'rounding' then 'làm tròn' else component end;
create macro component_label_en(component) as
    case component when 'comparable_criteria' then 'measured alike in both years' when 'new_criteria' then 'new, or not comparable'
         when 'dropped_criteria' then 'dropped, or not comparable' when 'rollup_rule' then 'the way the total is made changed'
         when 'rounding' then 'rounding' else component end;
create macro unit_kind_label(unit_kind) as
    case unit_kind when 'city' then 'Thành phố trực thuộc trung ương' when 'province' then 'Tỉnh' when 'ministry' then 'Bộ, ngành'
         else unit_kind end;
create macro unit_kind_label_en(unit_kind) as
    case unit_kind when 'city' then 'Centrally run cities' when 'province' then 'Provinces' when 'ministry' then 'Ministries'
         else unit_kind end;
"""
