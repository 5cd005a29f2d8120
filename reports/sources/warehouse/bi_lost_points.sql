select * from bi_lost_points
