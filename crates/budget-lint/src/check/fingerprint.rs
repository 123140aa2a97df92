//! A name for a finding that stays while lines move and amounts change, so that two runs can be
//! compared.

use std::fmt::Write;

use budget_rules::Finding;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::Sheet;

/// Bytes of a fingerprint.
const LENGTH: usize = 16;
/// Characters of the text that tell a finding apart where its subject does not.
const QUOTED: usize = 200;

/// The fingerprints of one file's findings. Those that would be equal are counted, in order.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: FxHashMap<String, u32>,
}

impl Fingerprints {
    /// The fingerprint, and how many before it had the same.
    pub(super) fn of(&mut self, sheet: &Sheet<'_>, finding: &Finding) -> (String, u32) {
        let subject = &finding.subject;
        // A cell is known by its table, row and column; other places by their words too.
        let quoted = match (&subject.row, &subject.column) {
            (None, None) => finding.range.of(&sheet.file.text).trim(),
            _ => "",
        };
        let quoted: String = quoted.chars().take(QUOTED).collect();
        let print = hash([
            Some(finding.rule),
            finding.origin.as_deref(),
            subject.table.as_deref(),
            subject.row.as_deref(),
            subject.column.as_deref(),
            subject.section.as_deref(),
            Some(&quoted),
        ]);
        let seen = self.seen.entry(print.clone()).or_default();
        let before = *seen;
        *seen += 1;
        (print, before)
    }
}

/// The first bytes of a SHA-256 over the parts, each with its length.
pub(super) fn hash<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        let length = part.map_or(u64::MAX, |part| part.len() as u64);
        digest.update(length.to_le_bytes());
        digest.update(part.unwrap_or_default());
    }
    hex(digest.finalize().iter().take(LENGTH))
}

/// The SHA-256 of a file's bytes.
pub(super) fn of_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex<'a>(bytes: impl IntoIterator<Item = &'a u8>) -> String {
    bytes.into_iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        let one = |parts: [Option<&'static str>; 2]| hash(parts);
        assert_ne!(one([Some("甲"), Some("乙")]), one([Some("甲乙"), Some("")]));
        assert_ne!(one([None, Some("甲")]), one([Some(""), Some("甲")]));
        assert_eq!(one([Some("甲"), None]).len(), 2 * LENGTH);
        // From `printf abc | sha256sum`.
        assert_eq!(
            of_bytes(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
