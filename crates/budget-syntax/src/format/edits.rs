//! Edits as they are gathered, in order.

use super::TextEdit;
use crate::TextRange;
use crate::lines::Line;

pub(super) struct Edits<'s> {
    text: &'s str,
    /// What lines that are written end with.
    pub(super) end: &'static str,
    edits: Vec<TextEdit>,
}

impl<'s> Edits<'s> {
    pub(super) fn new(text: &'s str, end: &'static str) -> Self {
        Self {
            text,
            end,
            edits: Vec::new(),
        }
    }

    pub(super) fn done(self) -> Vec<TextEdit> {
        self.edits
    }

    /// Replaces a range unless it reads so already. Edits that touch become one, but not across
    /// a line end.
    pub(super) fn replace(&mut self, range: TextRange, with: &str) {
        if range.of(self.text) == with {
            return;
        }
        if let Some(last) = self.edits.last_mut()
            && last.range.end() == range.start()
            && !last.text.ends_with('\n')
        {
            last.range = last.range.cover(range);
            last.text.push_str(with);
            return;
        }
        self.edits.push(TextEdit {
            range,
            text: with.to_owned(),
        });
    }

    /// Replaces a line's content, and its end by that of the lines that are written.
    pub(super) fn replace_line(&mut self, line: TextRange, with: &str) {
        self.replace(line, with);
        let ending = TextRange::new(line.end(), self.after(line));
        self.replace(ending, if ending.is_empty() { "" } else { self.end });
    }

    /// Takes a line away, its end too.
    pub(super) fn remove_line(&mut self, line: TextRange) {
        self.replace(TextRange::new(line.start(), self.after(line)), "");
    }

    /// The content of the line that begins at `start`.
    pub(super) fn line(&self, start: u32) -> TextRange {
        Line::at(self.text, start as usize).map_or(TextRange::empty(start), |line| {
            TextRange::new(offset(line.start), offset(line.end))
        })
    }

    /// Where the line after `line` (a content) begins; its end if it is the last.
    pub(super) fn after(&self, line: TextRange) -> u32 {
        match self.text.as_bytes().get(line.end() as usize..) {
            Some([b'\r', b'\n', ..]) => line.end() + 2,
            Some([b'\r' | b'\n', ..]) => line.end() + 1,
            _ => line.end(),
        }
    }

    /// The contents of the lines in a range; the last is cut where the range ends.
    pub(super) fn lines_of(&self, range: TextRange) -> impl Iterator<Item = TextRange> + use<'s> {
        let text = self.text;
        let end = range.end() as usize;
        let mut at = range.start() as usize;
        std::iter::from_fn(move || {
            let line = Line::at(text, at).filter(|line| line.start < end)?;
            at = line.next;
            Some(TextRange::new(
                offset(line.start),
                offset(line.end.min(end)),
            ))
        })
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
