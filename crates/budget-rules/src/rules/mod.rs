//! One file a rule, and the list of all. A test holds the list, the files and the pages together.

mod ari007_not_a_number;
mod cod001_code_shape;
mod cod002_duplicate_code;
mod cod003_code_order;
mod cod004_parent_missing;
mod cod005_account_name;
mod cod006_wrong_classification;
mod cod007_unknown_code;
mod cod008_row_missing_across_tables;
mod cod009_wrong_code;
mod glo001_term_unexplained;
mod glo002_term_unused;
mod glo003_term_twice;
mod glo004_term_differs;
mod nam001_account_name_in_prose;
mod nam002_project_name;
mod per002_execution_rate;
mod per003_summary_form;
mod per004_cost_indicators;
mod prt002_said_to_be_none;
mod prt004_listed_accounts;
mod str001_missing_part;
mod str002_missing_section;
mod str003_missing_table;
mod str004_missing_column;
mod str005_missing_row;
mod str006_repeated;
mod str007_misplaced;
mod str008_renamed;
mod str009_contents_mismatch;
mod str010_empty_table_note;
mod str011_year_mismatch;
mod str012_unit_mismatch;
mod str013_body_mismatch;
mod str014_hole;
mod str015_template_residue;
mod str016_unknown_template;
mod str017_html_tag;
mod str018_affiliate_contradiction;
mod str019_nothing_to_check;
mod str020_front_matter_value;
mod txt001_doubled_punctuation;
mod txt002_unbalanced_quotes;
mod txt003_official_name;

use crate::registry::Rule;
use crate::{prose, relation, syntax};

/// Every rule, by code.
pub(crate) static RULES: &[Rule] = &[
    relation::ROW_SUM,
    relation::HIERARCHY,
    relation::TOTAL,
    relation::BALANCE,
    relation::PART_OF_WHOLE,
    relation::MUST_BE_ZERO,
    ari007_not_a_number::RULE,
    cod001_code_shape::RULE,
    cod002_duplicate_code::RULE,
    cod003_code_order::RULE,
    cod004_parent_missing::RULE,
    cod005_account_name::RULE,
    cod006_wrong_classification::RULE,
    cod007_unknown_code::RULE,
    cod008_row_missing_across_tables::RULE,
    cod009_wrong_code::RULE,
    relation::CROSS_TABLE,
    relation::FUNCTION_ECONOMY,
    relation::OWN,
    glo001_term_unexplained::RULE,
    glo002_term_unused::RULE,
    glo003_term_twice::RULE,
    glo004_term_differs::RULE,
    nam001_account_name_in_prose::RULE,
    nam002_project_name::RULE,
    relation::PERFORMANCE,
    per002_execution_rate::RULE,
    per003_summary_form::RULE,
    per004_cost_indicators::RULE,
    prose::GROWTH,
    prose::SHARE,
    prose::PARTS,
    prose::DIRECTION,
    prose::REPEATED,
    prose::PLAN_RATE,
    prose::PRODUCT,
    prose::COUNTED,
    prose::RESTATED,
    prt002_said_to_be_none::RULE,
    prose::ACROSS,
    prt004_listed_accounts::RULE,
    str001_missing_part::RULE,
    str002_missing_section::RULE,
    str003_missing_table::RULE,
    str004_missing_column::RULE,
    str005_missing_row::RULE,
    str006_repeated::RULE,
    str007_misplaced::RULE,
    str008_renamed::RULE,
    str009_contents_mismatch::RULE,
    str010_empty_table_note::RULE,
    str011_year_mismatch::RULE,
    str012_unit_mismatch::RULE,
    str013_body_mismatch::RULE,
    str014_hole::RULE,
    str015_template_residue::RULE,
    str016_unknown_template::RULE,
    str017_html_tag::RULE,
    str018_affiliate_contradiction::RULE,
    str019_nothing_to_check::RULE,
    str020_front_matter_value::RULE,
    syntax::FRONT_MATTER,
    syntax::HEADING,
    syntax::TABLE_SHAPE,
    syntax::EXTRA_CELLS,
    syntax::COMMENT,
    syntax::EXPRESSION,
    syntax::EVALUATION,
    syntax::ENCODING,
    syntax::SUPPRESSION,
    txt001_doubled_punctuation::RULE,
    txt002_unbalanced_quotes::RULE,
    txt003_official_name::RULE,
];
