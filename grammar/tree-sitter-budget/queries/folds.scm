[
  (section)
  (table)
  (front_matter)
  (list_item)
  (comment)
] @fold
