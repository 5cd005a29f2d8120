"""The few columns of the marts by which releases are compared, with figures of the Huế plan and of PAPI."""

from __future__ import annotations

from warehouse.diff import Provenance

HUE = "sipas_2023_thua_thien_hue_ubnd"
PAPI = "papi_2011_2024_dimensions"
MADE_OF = Provenance("code", {HUE: "a", PAPI: "b"})

MARTS = f"""
create schema {{schema}};
create table {{schema}}.dim_document as
    select '{HUE}' as document_id, 'Kế hoạch 216/KH-UBND' as title_vi, 'aa' as sha256, cast(null as varchar) as supersedes,
        'loaded' as document_status
    union all select '{PAPI}', 'PAPI 2011-2024', 'bb', null, 'loaded';
create table {{schema}}.fct_claim (claim_id varchar, document_id varchar, original_id varchar, source_class varchar,
    is_superseded boolean, edition_id varchar, entity_type varchar, entity_code varchar, criterion_code varchar, measure varchar);
insert into {{schema}}.fct_claim values
    ('1', '{HUE}', '{HUE}', 'provincial_table', false, 'sipas_2023_moha', 'province', '46', 'S', 'score'),
    ('2', '{HUE}', '{HUE}', 'provincial_table', false, 'sipas_2023_moha', 'province', '46', 'S', 'rank'),
    ('3', '{HUE}', '{HUE}', 'provincial_table', false, 'sipas_2023_moha', 'province', '46', 'S.1.4', 'score'),
    ('4', '{PAPI}', '{PAPI}', 'publisher_dataset', false, 'papi_2023_undp', 'province', '01', 'D.1', 'score'),
    ('5', '{PAPI}', '{PAPI}', 'publisher_dataset', false, 'papi_2023_undp', 'province', '46', 'D.1', 'score');
create table {{schema}}.rpt_scores (index_code varchar, edition_id varchar, entity_type varchar, province_code varchar,
    criterion_code varchar, methodology_code varchar, province varchar, score double, rank integer, unit varchar, rank_kind varchar,
    missing_reason varchar, document_id varchar, page integer, sheet varchar, table_number integer, row_number integer,
    column_number integer, a1 varchar, raw_text varchar);
insert into {{schema}}.rpt_scores values
    ('SIPAS', 'sipas_2023_moha', 'province', '46', 'S', 'sipas-2023', 'Thừa Thiên Huế', 82.28, 32, 'index_points', 'official', null,
        '{HUE}', 6, null, 8, 3, 6, null, '82,28'),
    ('SIPAS', 'sipas_2023_moha', 'province', '46', 'S.1.4', 'sipas-2023', 'Thừa Thiên Huế', 81.23, null, 'index_points', null, null,
        '{HUE}', 3, null, 3, 20, 6, null, '81,23'),
    ('PAPI', 'papi_2023_undp', 'province', '01', 'D.1', 'papi-2018', 'Hà Nội', 5.427534, 1, 'points', 'derived_by_us', null,
        '{PAPI}', null, '2023_VIE_ENG', 14, 2, 3, 'C3', '5.427534'),
    ('PAPI', 'papi_2023_undp', 'province', '46', 'D.1', 'papi-2018', 'Thừa Thiên Huế', 5.2, 2, 'points', 'derived_by_us', null,
        '{PAPI}', null, '2023_VIE_ENG', 14, 3, 3, 'C4', '5.2');
create table {{schema}}.dim_correction (correction_id varchar, document_id varchar, edition_id varchar, entity_code varchar,
    criterion_code varchar);
"""
