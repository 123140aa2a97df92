//! One file a rule, and the list of all. A test holds the list, the files and the pages together.

use crate::registry::Rule;
use crate::{relation, syntax};

/// Every rule, by code.
pub(crate) static RULES: &[Rule] = &[
    relation::ROW_SUM,
    relation::HIERARCHY,
    relation::TOTAL,
    relation::BALANCE,
    relation::PART_OF_WHOLE,
    relation::MUST_BE_ZERO,
    relation::CROSS_TABLE,
    relation::FUNCTION_ECONOMY,
    syntax::FRONT_MATTER,
    syntax::HEADING,
    syntax::TABLE_SHAPE,
    syntax::EXTRA_CELLS,
    syntax::COMMENT,
    syntax::EXPRESSION,
    syntax::EVALUATION,
    syntax::ENCODING,
    syntax::SUPPRESSION,
];
