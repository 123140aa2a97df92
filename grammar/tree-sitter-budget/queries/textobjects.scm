; For Helix: what `mac`, `]c` and the like select.

(section) @class.around
(table) @function.around
(row) @entry.around
(cell) @parameter.inside
(comment) @comment.around
