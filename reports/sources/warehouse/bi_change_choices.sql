select * from bi_change_choices
