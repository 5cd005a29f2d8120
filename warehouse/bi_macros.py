"""How figures, ranks, places and codes are said in Vietnamese: macros of DuckDB for the report pages and the workbooks."""

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
         when 'PAR_MINISTRY' then 'PAR INDEX (bộ, ngành)' when 'PAPI' then 'PAPI' else name_vi end;
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
"""
