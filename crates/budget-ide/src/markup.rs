//! Text for a reader, in Chinese, marked up.

/// Markdown. Built from pieces, so that what a document says is never taken for markup.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MarkupText {
    markdown: String,
    plain: String,
}

impl MarkupText {
    /// Adds plain text.
    #[must_use]
    pub fn text(mut self, text: &str) -> Self {
        for character in text.chars() {
            match character {
                '\\' | '`' | '*' | '_' | '<' | '[' | ']' | '#' | '|' | '~' | '&' => {
                    self.markdown.push('\\');
                    self.markdown.push(character);
                }
                _ => self.markdown.push(character),
            }
        }
        self.plain.push_str(text);
        self
    }

    /// Adds bold text.
    #[must_use]
    pub fn bold(mut self, text: &str) -> Self {
        if text.is_empty() {
            return self;
        }
        self.markdown.push_str("**");
        self = self.text(text);
        self.markdown.push_str("**");
        self
    }

    /// Adds text in a fixed-width face: codes, formulas.
    #[must_use]
    pub fn code(mut self, text: &str) -> Self {
        let fence = if text.contains('`') { "``" } else { "`" };
        self.markdown.push_str(fence);
        self.markdown.push_str(text);
        self.markdown.push_str(fence);
        self.plain.push_str(text);
        self
    }

    /// Adds what was marked up apart.
    #[must_use]
    pub fn then(mut self, other: Self) -> Self {
        self.markdown.push_str(&other.markdown);
        self.plain.push_str(&other.plain);
        self
    }

    /// Begins a new paragraph, unless at the start.
    #[must_use]
    pub fn paragraph(mut self) -> Self {
        if !self.plain.is_empty() {
            self.markdown.push_str("\n\n");
            self.plain.push_str("\n\n");
        }
        self
    }

    /// Leaves the line empty that Markdown wants before a list.
    #[must_use]
    pub fn gap(mut self) -> Self {
        self.markdown.push('\n');
        self
    }

    /// Begins an item of a list.
    #[must_use]
    pub fn item(mut self) -> Self {
        self.markdown.push_str("\n- ");
        self.plain.push_str("\n- ");
        self
    }

    /// Whether nothing has been added.
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty()
    }

    /// As Markdown.
    pub fn as_markdown(&self) -> &str {
        &self.markdown
    }

    /// As Markdown.
    pub fn into_markdown(self) -> String {
        self.markdown
    }

    /// Without any markup.
    pub fn into_plain(self) -> String {
        self.plain
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_says_is_not_markup() {
        let markup = MarkupText::default()
            .bold("公用*经费")
            .text("：<p> [1]")
            .item()
            .code("表三.2010301");
        assert_eq!(
            markup.as_markdown(),
            "**公用\\*经费**：\\<p> \\[1\\]\n- `表三.2010301`"
        );
        assert_eq!(markup.into_plain(), "公用*经费：<p> [1]\n- 表三.2010301");
    }
}
