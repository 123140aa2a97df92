//! The styles of a document: which paragraphs are headings, numbered, or lines of the contents.

use rustc_hash::FxHashMap;

use super::SourceError;
use super::xml::{Element, Item, Xml};

/// Styles by id.
#[derive(Default)]
pub(super) struct Styles(FxHashMap<String, Style>);

#[derive(Clone, Default)]
pub(super) struct Style {
    based_on: Option<String>,
    pub(super) list: Option<u32>,
    pub(super) level: Option<usize>,
    pub(super) outline: Option<u32>,
    /// `toc 1`
    pub(super) contents: bool,
}

impl Styles {
    pub(super) fn read(part: &str) -> Result<Self, SourceError> {
        let mut out = FxHashMap::default();
        let mut open: Option<(String, Style)> = None;
        let mut xml = Xml::new(part);
        loop {
            match xml.next()? {
                Item::Start(element) if element.is("style") => {
                    open = element.get("styleId").map(|id| (id, Style::default()));
                }
                Item::Start(element) => {
                    if let Some((_, style)) = &mut open {
                        style.learn(&element);
                    }
                }
                Item::End(end) if end.is("style") => out.extend(open.take()),
                Item::Eof => return Ok(Self(out)),
                _ => {}
            }
        }
    }

    /// A style with what it has from those it is based on.
    pub(super) fn resolved(&self, id: &str) -> Style {
        let mut out = Style::default();
        let mut next = Some(id);
        // Styles based on each other in a ring end here, too.
        for _ in 0..20 {
            let Some(style) = next.and_then(|id| self.0.get(id)) else {
                break;
            };
            out.list = out.list.or(style.list);
            out.level = out.level.or(style.level);
            out.outline = out.outline.or(style.outline);
            out.contents |= style.contents;
            next = style.based_on.as_deref();
        }
        out
    }
}

impl Style {
    fn learn(&mut self, element: &Element<'_>) {
        let value = || element.get("val").unwrap_or_default();
        match element.name() {
            "name" => {
                let name = value().to_lowercase();
                self.contents = name.starts_with("toc ") && name != "toc heading";
                let level = ["heading ", "标题 "]
                    .iter()
                    .find_map(|prefix| name.strip_prefix(prefix)?.parse::<u32>().ok());
                self.outline = self
                    .outline
                    .or(level.and_then(|level| level.checked_sub(1)));
            }
            "basedOn" => self.based_on = Some(value()),
            "numId" => self.list = element.number("val"),
            "ilvl" => self.level = element.number("val").and_then(|n| usize::try_from(n).ok()),
            "outlineLvl" => self.outline = element.number("val"),
            _ => {}
        }
    }
}
