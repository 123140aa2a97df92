//! XML as a flat run of items: no tree, so depth costs nothing.

use std::borrow::Cow;

use quick_xml::events::{BytesEnd, BytesStart, Event};
use quick_xml::{Reader, XmlVersion, escape};

use super::SourceError;

/// A reader over a part's text.
pub(super) struct Xml<'x> {
    reader: Reader<&'x [u8]>,
}

/// What a part consists of. An empty element starts and ends.
pub(super) enum Item<'x> {
    Start(Element<'x>),
    End(End<'x>),
    Text(Cow<'x, str>),
    Eof,
}

/// The start of an element.
pub(super) struct Element<'x>(BytesStart<'x>);

/// The end of an element.
pub(super) struct End<'x>(BytesEnd<'x>);

impl End<'_> {
    /// Its name, without a prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name() == name
    }
}

impl Element<'_> {
    /// Its name, without a prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    pub(super) fn is(&self, name: &str) -> bool {
        self.name() == name
    }

    /// The value of an attribute, by its name without a prefix.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        self.0
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().into_inner() == name)
            .and_then(|attribute| {
                Some(
                    attribute
                        .normalized_value(XmlVersion::Implicit1_0)
                        .ok()?
                        .into_owned(),
                )
            })
    }

    /// The value of an attribute that is a number.
    pub(super) fn number(&self, name: &str) -> Option<u32> {
        self.get(name)?.trim().parse().ok()
    }

    /// Whether an attribute says yes: `1`, `true`, `on`, or for a property element its absence.
    pub(super) fn on(&self, name: &str) -> Option<bool> {
        self.get(name)
            .map(|value| matches!(value.as_str(), "1" | "true" | "on"))
    }

    /// Whether a property of Word (`<w:b/>`, `<w:b w:val="0"/>`) is set.
    pub(super) fn set(&self) -> bool {
        self.on("val").unwrap_or(true)
    }
}

impl<'x> Xml<'x> {
    pub(super) fn new(text: &'x str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        Self { reader }
    }

    /// The next item; comments and processing instructions are passed over.
    pub(super) fn next(&mut self) -> Result<Item<'x>, SourceError> {
        loop {
            return Ok(match self.reader.read_event().map_err(|_| broken())? {
                Event::Start(element) => Item::Start(Element(element)),
                Event::End(element) => Item::End(End(element)),
                Event::Text(text) => Item::Text(text.xml10_content()),
                Event::CData(text) => Item::Text(text.xml10_content()),
                Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                    Ok(Some(c)) => Item::Text(Cow::Owned(c.to_string())),
                    _ => match escape::resolve_xml_entity(&entity) {
                        Some(text) => Item::Text(Cow::Borrowed(text)),
                        None => return Err(broken()),
                    },
                },
                Event::Eof => Item::Eof,
                _ => continue,
            });
        }
    }

    /// Passes over the rest of an element that has started.
    pub(super) fn skip(&mut self, element: &Element<'_>) -> Result<(), SourceError> {
        let read = self.reader.read_to_end(element.0.name());
        read.map(|_| ()).map_err(|_| broken())
    }
}

/// Calls for the name of every element of a part that is counted, not read: what is broken in it
/// ends it.
pub(super) fn each_element(part: &str, mut call: impl FnMut(&str)) {
    let mut xml = Xml::new(part);
    while let Ok(item) = xml.next() {
        match item {
            Item::Start(element) => call(element.name()),
            Item::Eof => return,
            _ => {}
        }
    }
}

fn broken() -> SourceError {
    SourceError::Damaged("内部的 XML 不完整".to_owned())
}
