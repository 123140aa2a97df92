//! Bytes to text. UTF-8 is expected; what else Chinese offices write is read and said.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_16BE, UTF_16LE};

/// The largest file that is read: offsets are 32 bits wide, and a disclosure is never near it.
pub const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// What had to be done to read the bytes; a finding of rule SYN008 is made of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notice {
    /// UTF-8 with a byte order mark, which is set aside.
    ByteOrderMark,
    /// Another encoding, by its name (`GB18030`).
    Encoding(&'static str),
    /// The text holds NUL characters; the byte offset of the first.
    Nul(u32),
}

impl Notice {
    /// In Chinese: what was met.
    pub fn message(self) -> String {
        match self {
            Self::ByteOrderMark => "文件开头有字节顺序标记（BOM），已略去".to_owned(),
            Self::Encoding(name) => format!("文件不是 UTF-8 编码，已按 {name} 读取"),
            Self::Nul(_) => "文本中有空字符（NUL），可能是复制或转换时带入的".to_owned(),
        }
    }

    /// In Chinese: the one thing to do.
    pub fn action(self) -> &'static str {
        match self {
            Self::ByteOrderMark => {
                "用 budget-lint fmt 重写本文件，或在编辑器中另存为“UTF-8（无 BOM）”"
            }
            Self::Encoding(_) => "用 budget-lint fmt 重写本文件，或在编辑器中另存为 UTF-8",
            Self::Nul(_) => "删去该字符",
        }
    }
}

/// A text with what was done to read it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// What had to be done, if anything.
    pub notice: Option<Notice>,
}

/// Why bytes are not a text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DecodeError {
    /// Too large.
    #[error("文件有 {} MB，超过 256 MB 的上限。请拆分文件，一份公开文档一个文件", .0 / 1024 / 1024)]
    TooLarge(u64),
    /// A file of another program, by its first bytes.
    #[error("这是 {0} 文件，不是文本。{advice}", advice = advice(.0))]
    Foreign(&'static str),
    /// Nearly UTF-8, with broken bytes.
    #[error(
        "第 {line} 行有不能识别的字节 0x{byte:02X}：文件是 UTF-8，但有损坏。请从原文件重新复制，或在编辑器中改正该处"
    )]
    Damaged {
        /// Line from 1.
        line: usize,
        /// The first broken byte.
        byte: u8,
    },
    /// No encoding fits.
    #[error(
        "认不出文件的编码（第 {line} 行起有不能识别的字节 0x{byte:02X}）。请在编辑器中另存为 UTF-8"
    )]
    Unreadable {
        /// Line from 1.
        line: usize,
        /// The first byte that is not UTF-8.
        byte: u8,
    },
    /// Many NUL bytes: not a text.
    #[error("文件含有大量空字节，不是文本文件。请检查选取的文件是否正确")]
    Binary,
}

/// What to do with a file of another program.
fn advice(what: &str) -> &'static str {
    if what.starts_with("Word") {
        "请用 budget-lint import 导入为 .budget 文档"
    } else {
        "请先转成文本文件，再用 budget-lint import 导入"
    }
}

/// First bytes of the files that are most often passed by mistake.
const FOREIGN: [(&[u8], &str); 5] = [
    (b"PK\x03\x04", "Word/Excel（docx、xlsx）或压缩"),
    (b"%PDF-", "PDF"),
    (b"\xD0\xCF\x11\xE0", "Word/Excel（doc、xls）"),
    (b"\x89PNG", "图片"),
    (b"\xFF\xD8\xFF", "图片"),
];

/// Reads bytes as text. Linear; never panics.
pub fn decode(bytes: Vec<u8>) -> Result<Decoded, DecodeError> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(DecodeError::TooLarge(bytes.len() as u64));
    }
    if let Some((_, what)) = FOREIGN.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(DecodeError::Foreign(what));
    }
    match Encoding::for_bom(&bytes) {
        Some((encoding, _)) if encoding == UTF_16LE || encoding == UTF_16BE => {
            return strict(&bytes, encoding)
                .map(|text| decoded(text, Notice::Encoding(label(encoding))))
                .ok_or(DecodeError::Binary);
        }
        _ => {}
    }
    let error = match String::from_utf8(bytes) {
        Ok(text) => return utf8(text),
        Err(error) => error,
    };
    let broken_at = error.utf8_error().valid_up_to();
    let bytes = error.into_bytes();
    let byte = bytes.get(broken_at).copied().unwrap_or_default();
    let line = line_of(&bytes, broken_at);
    if nearly_utf8(&bytes) {
        return Err(DecodeError::Damaged { line, byte });
    }
    guess(&bytes).ok_or(DecodeError::Unreadable { line, byte })
}

/// As people write it.
fn label(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 {
        "GB18030"
    } else {
        encoding.name()
    }
}

fn decoded(text: String, notice: Notice) -> Decoded {
    Decoded {
        text,
        notice: Some(notice),
    }
}

/// Valid UTF-8: sets a byte order mark aside, and tells a text from a binary by its NULs.
fn utf8(mut text: String) -> Result<Decoded, DecodeError> {
    if text.starts_with('\u{FEFF}') {
        text.drain(..'\u{FEFF}'.len_utf8());
        return Ok(decoded(text, Notice::ByteOrderMark));
    }
    let Some(first) = text.as_bytes().iter().position(|byte| *byte == 0) else {
        return Ok(Decoded { text, notice: None });
    };
    if let Some(decoded) = bare_utf16(text.as_bytes()) {
        return Ok(decoded);
    }
    let nuls = text.bytes().filter(|byte| *byte == 0).count();
    if nuls > 16 && nuls > text.len() / 64 {
        return Err(DecodeError::Binary);
    }
    let at = u32::try_from(first).unwrap_or(u32::MAX);
    Ok(decoded(text, Notice::Nul(at)))
}

/// UTF-16 without its mark: NULs nearly all on one side of the pairs.
fn bare_utf16(bytes: &[u8]) -> Option<Decoded> {
    let (mut even, mut odd) = (0usize, 0usize);
    for pair in bytes.chunks_exact(2) {
        even += usize::from(pair.first() == Some(&0));
        odd += usize::from(pair.last() == Some(&0));
    }
    let encoding = if odd > 8 && odd > even * 16 {
        UTF_16LE
    } else if even > 8 && even > odd * 16 {
        UTF_16BE
    } else {
        return None;
    };
    let text = strict(bytes, encoding)?;
    (!text.contains('\0')).then(|| decoded(text, Notice::Encoding(label(encoding))))
}

fn strict(bytes: &[u8], encoding: &'static Encoding) -> Option<String> {
    let (text, malformed) = encoding.decode_with_bom_removal(bytes);
    (!malformed).then(|| text.into_owned())
}

/// The Chinese encodings, the likeliest first.
fn guess(bytes: &[u8]) -> Option<Decoded> {
    if let Some(decoded) = bare_utf16(bytes) {
        return Some(decoded);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guessed = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    let order: &[&'static Encoding] = if guessed == BIG5 {
        &[BIG5]
    } else if guessed == GBK || guessed == GB18030 {
        &[GB18030]
    } else {
        return None;
    };
    order.iter().find_map(|encoding| {
        let text = strict(bytes, encoding)?;
        plausible(&text).then(|| decoded(text, Notice::Encoding(label(encoding))))
    })
}

/// Random bytes may decode without an error, but to control, private and rare characters.
fn plausible(text: &str) -> bool {
    let (mut usual, mut odd) = (0usize, 0usize);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' | '\x0C' => {}
            '\0'..='\x1F' | '\x7F'..='\u{9F}' | '\u{E000}'..='\u{F8FF}' | '\u{FFFD}' => odd += 1,
            '\u{4E00}'..='\u{9FFF}' | '\u{3000}'..='\u{303F}' | '\u{FF00}'..='\u{FFEF}' => {
                usual += 1;
            }
            '!'..='~' => {}
            _ => {}
        }
    }
    usual > 0 && odd * 20 <= usual
}

/// Whether the bytes hold far more whole three-byte characters than broken bytes: in GB18030 text
/// such sequences hardly ever stand.
fn nearly_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        whole += chunk
            .valid()
            .bytes()
            .filter(|byte| (0xE3..=0xEF).contains(byte))
            .count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole > broken * 2
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    1 + bytes
        .get(..at)
        .unwrap_or(bytes)
        .iter()
        .filter(|byte| **byte == b'\n')
        .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "---\n模板: 通用-预算\n---\n\n# 第二部分 部门预算公开表\n\n支出预算 8178.53 万元。\n";

    fn notice(bytes: &[u8]) -> (String, Option<Notice>) {
        let decoded = decode(bytes.to_vec()).expect("readable");
        (decoded.text, decoded.notice)
    }

    #[test]
    fn utf8_is_taken_as_it_is() {
        assert_eq!(notice(TEXT.as_bytes()), (TEXT.to_owned(), None));
        assert_eq!(notice(b""), (String::new(), None));
    }

    #[test]
    fn a_mark_is_set_aside_and_said() {
        let bytes = [b"\xEF\xBB\xBF", TEXT.as_bytes()].concat();
        assert_eq!(
            notice(&bytes),
            (TEXT.to_owned(), Some(Notice::ByteOrderMark))
        );
    }

    #[test]
    fn gb18030_is_read_and_said() {
        for text in [TEXT, "预算", "各项业务工作管理经费 3390 万元，㐀𠀀"] {
            let (bytes, _, _) = GB18030.encode(text);
            assert_eq!(
                notice(&bytes),
                (text.to_owned(), Some(Notice::Encoding("GB18030"))),
                "{text}"
            );
        }
    }

    #[test]
    fn utf16_is_read_with_and_without_its_mark() {
        let le: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = TEXT.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for (mark, bytes, name) in [
            (&b"\xFF\xFE"[..], &le, "UTF-16LE"),
            (b"", &le, "UTF-16LE"),
            (b"\xFE\xFF", &be, "UTF-16BE"),
            (b"", &be, "UTF-16BE"),
        ] {
            let bytes = [mark, bytes].concat();
            assert_eq!(
                notice(&bytes),
                (TEXT.to_owned(), Some(Notice::Encoding(name)))
            );
        }
    }

    #[test]
    fn damaged_utf8_says_the_line() {
        let mut bytes = TEXT.as_bytes().to_vec();
        let at = TEXT.find("算公").expect("there");
        bytes.remove(at + 1);
        assert_eq!(
            decode(bytes),
            Err(DecodeError::Damaged {
                line: 5,
                byte: 0xE7
            })
        );
    }

    #[test]
    fn what_is_no_text_is_refused() {
        assert_eq!(
            decode(b"PK\x03\x04abc".to_vec()),
            Err(DecodeError::Foreign("Word/Excel（docx、xlsx）或压缩"))
        );
        assert_eq!(decode(vec![0; 4096]), Err(DecodeError::Binary));
        // A linear congruential generator: bytes of no text.
        let mut state = 1u32;
        let garbage: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .take(4096)
        .collect();
        assert!(matches!(
            decode(garbage),
            Err(DecodeError::Unreadable { line: 1, .. })
        ));
    }

    #[test]
    fn a_nul_in_a_text_is_kept_and_said() {
        assert_eq!(
            notice("预算\0数\n".as_bytes()),
            ("预算\0数\n".to_owned(), Some(Notice::Nul(6)))
        );
    }
}
