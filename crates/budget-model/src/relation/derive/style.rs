//! How derived numbers are printed.

use super::super::index::Index;
use crate::amount::Style;

impl Index<'_> {
    /// How amounts are printed: what the document says, else what its template says, else as its
    /// tables are.
    pub(crate) fn style(&self, table: Option<u32>) -> Style {
        let document = self.document;
        let (front, template) = (
            &document.front.number_style,
            &document.template.number_style,
        );
        let table = table.and_then(|table| document.tables.get(table as usize));
        let (seen, trimmed) = match table {
            Some(table) => (table.most_decimals, table.decimals > 0),
            None => document
                .tables
                .iter()
                .map(|table| (table.most_decimals, table.decimals > 0))
                .max()
                .unwrap_or((2, false)),
        };
        Style {
            decimals: front.decimals.or(template.decimals).unwrap_or(seen),
            trailing_zeros: front
                .trailing_zeros
                .or(template.trailing_zeros)
                .unwrap_or(!trimmed),
            thousands: front.thousands.or(template.thousands).unwrap_or(false),
        }
    }

    /// Decimals of rates.
    pub(crate) fn percent_decimals(&self) -> u8 {
        let document = self.document;
        let (front, template) = (
            &document.front.number_style,
            &document.template.number_style,
        );
        front
            .percent_decimals
            .or(template.percent_decimals)
            .unwrap_or(2)
    }
}
