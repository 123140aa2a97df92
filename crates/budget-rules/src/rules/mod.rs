//! One file a rule, and the list of all. A test holds the list, the files and the pages together.

mod account_name;
mod accounts;
mod code_order;
mod code_shape;
mod doubled_punctuation;
mod duplicate_code;
mod official_name;
mod parent_missing;
mod project_name;
mod prose_account_name;
mod row_missing;
mod term_differs;
mod term_twice;
mod term_unexplained;
mod term_unused;
mod unbalanced_quotes;
mod unknown_code;
mod wrong_classification;

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
    code_shape::RULE,
    duplicate_code::RULE,
    code_order::RULE,
    parent_missing::RULE,
    account_name::RULE,
    wrong_classification::RULE,
    unknown_code::RULE,
    row_missing::RULE,
    relation::CROSS_TABLE,
    relation::FUNCTION_ECONOMY,
    term_unexplained::RULE,
    term_unused::RULE,
    term_twice::RULE,
    term_differs::RULE,
    prose_account_name::RULE,
    project_name::RULE,
    syntax::FRONT_MATTER,
    syntax::HEADING,
    syntax::TABLE_SHAPE,
    syntax::EXTRA_CELLS,
    syntax::COMMENT,
    syntax::EXPRESSION,
    syntax::EVALUATION,
    syntax::ENCODING,
    syntax::SUPPRESSION,
    doubled_punctuation::RULE,
    unbalanced_quotes::RULE,
    official_name::RULE,
];
