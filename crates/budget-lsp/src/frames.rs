//! Messages as they come over the wire, made safe for tower-lsp: its reader ends for good at the
//! first message it can't decode.

use std::io::{self, BufRead, Read};

/// Stands in for a message that isn't JSON; [`crate::service`] answers it.
pub(crate) const MALFORMED: &str = "$/malformed";

/// A header line longer than this is none.
const LONGEST_HEADER: u64 = 4096;

/// The next message with its header; `None` at the end of the input. What is no header before
/// it is skipped.
pub(crate) fn next(reader: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if reader
            .by_ref()
            .take(LONGEST_HEADER)
            .read_until(b'\n', &mut line)?
            == 0
        {
            return Ok(None);
        }
        let line = line.trim_ascii();
        if line.is_empty() {
            match length {
                Some(length) => return body(reader, length),
                None => continue,
            }
        }
        if let Some(value) = content_length(line) {
            length = Some(value);
        }
    }
}

fn content_length(line: &[u8]) -> Option<u64> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    if !name.trim().eq_ignore_ascii_case("content-length") {
        return None;
    }
    value.trim().parse().ok()
}

fn body(reader: &mut impl BufRead, length: u64) -> io::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    if reader.by_ref().take(length).read_to_end(&mut body)? as u64 != length {
        return Ok(None);
    }
    if !decodes(&body) {
        body = mend(body);
        if !decodes(&body) {
            body = format!(r#"{{"jsonrpc":"2.0","method":"{MALFORMED}"}}"#).into_bytes();
        }
    }
    let mut frame = format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes();
    frame.append(&mut body);
    Ok(Some(frame))
}

fn decodes(body: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(body).is_ok()
}

/// Editors written in JavaScript send half a character (`\ud842` alone) when an input method or
/// an edit cuts one in two. Such a half becomes U+FFFD: one UTF-16 unit, as before.
fn mend(mut body: Vec<u8>) -> Vec<u8> {
    let mut at = 0;
    while let Some(&byte) = body.get(at) {
        if byte != b'\\' {
            at += 1;
            continue;
        }
        match (surrogate(&body, at), surrogate(&body, at + 6)) {
            (Some(Half::High), Some(Half::Low)) => at += 12,
            (Some(_), _) => {
                if let Some(digits) = body.get_mut(at + 2..at + 6) {
                    digits.copy_from_slice(b"fffd");
                }
                at += 6;
            }
            (None, _) => at += 2,
        }
    }
    body
}

enum Half {
    High,
    Low,
}

/// Whether an escape `\uD…` of half a character stands at `at`.
fn surrogate(body: &[u8], at: usize) -> Option<Half> {
    let escape = body.get(at..at + 6)?;
    let digits = std::str::from_utf8(escape.strip_prefix(b"\\u")?).ok()?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xD800..=0xDBFF => Some(Half::High),
        0xDC00..=0xDFFF => Some(Half::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(input: &str) -> Vec<String> {
        let mut reader = input.as_bytes();
        let mut out = Vec::new();
        while let Some(frame) = next(&mut reader).unwrap() {
            out.push(String::from_utf8(frame).unwrap());
        }
        out
    }

    #[test]
    fn passes_what_is_right_and_skips_what_is_no_header() {
        let right = "Content-Length: 8\r\n\r\n{\"a\":\"\"}";
        assert_eq!(all(&format!("{right}{right}")), [right, right]);
        let odd = format!("hello\r\n\r\nX-Y: z\r\ncontent-length:8\n\n{{\"a\":\"\"}}{right}");
        assert_eq!(all(&odd), [right, right]);
        assert_eq!(all("Content-Length: 99\r\n\r\n{}"), [""; 0]);
    }

    #[test]
    fn replaces_what_is_no_message() {
        let stand_in = r#"{"jsonrpc":"2.0","method":"$/malformed"}"#;
        for bad in ["{\"a\":", "[]", "\u{0}\u{0}", ""] {
            let frame = format!("Content-Length: {}\r\n\r\n{bad}", bad.len());
            let expected = format!("Content-Length: {}\r\n\r\n{stand_in}", stand_in.len());
            assert_eq!(all(&frame), [expected]);
        }
    }

    #[test]
    fn mends_halves_of_characters() {
        let mended = |text: &str| String::from_utf8(mend(text.as_bytes().to_vec())).unwrap();
        assert_eq!(mended(r#""\ud842\udfb7""#), r#""\ud842\udfb7""#);
        assert_eq!(mended(r#""甲\ud842x\udfb7""#), r#""甲\ufffdx\ufffd""#);
        assert_eq!(mended(r#""\ud842\ud842\udfb7""#), r#""\ufffd\ud842\udfb7""#);
        assert_eq!(mended(r#""\\ud842\ud8""#), r#""\\ud842\ud8""#);
    }
}
