//! URIs as clients write them.

use std::borrow::Cow;
use std::fmt::Write;

use serde_json::Value;

/// A URI that RFC 3986 allows. Some clients send Chinese file names and spaces as they are, which
/// the protocol's types refuse; those bytes are percent-encoded here.
pub(crate) fn normalize(uri: &str) -> Cow<'_, str> {
    if uri.bytes().all(allowed) {
        return Cow::Borrowed(uri);
    }
    let mut out = String::with_capacity(uri.len() + 32);
    for byte in uri.bytes() {
        if allowed(byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    Cow::Owned(out)
}

fn allowed(byte: u8) -> bool {
    matches!(byte, b'!' | b'#'..=b';' | b'=' | b'?'..=b'Z' | b'_' | b'a'..=b'z' | b'~')
}

/// Normalises the URIs that `params` hold under `uri` and `rootUri`, at any depth. Whether any
/// had to be.
pub(crate) fn normalize_all(params: &mut Value) -> bool {
    match params {
        Value::Array(items) => {
            let mut changed = false;
            for item in items {
                changed |= normalize_all(item);
            }
            changed
        }
        Value::Object(map) => {
            let mut changed = false;
            for (key, value) in map {
                match value {
                    Value::String(text) if key == "uri" || key == "rootUri" => {
                        if let Cow::Owned(new) = normalize(text) {
                            *text = new;
                            changed = true;
                        }
                    }
                    _ => changed |= normalize_all(value),
                }
            }
            changed
        }
        _ => false,
    }
}

/// Whether a request names a URI that must be normalised.
pub(crate) fn odd(params: &Value) -> bool {
    match params {
        Value::Array(items) => items.iter().any(odd),
        Value::Object(map) => map.iter().any(|(key, value)| match value {
            Value::String(text) if key == "uri" || key == "rootUri" => !text.bytes().all(allowed),
            _ => odd(value),
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_what_a_uri_may_not_hold() {
        assert_eq!(
            normalize("file:///预算 [1].budget"),
            "file:///%E9%A2%84%E7%AE%97%20%5B1%5D.budget"
        );
        let plain = "file:///c%3A/a-b_c~d.budget?x=1#y";
        assert!(matches!(normalize(plain), Cow::Borrowed(text) if text == plain));
    }

    #[test]
    fn finds_uris_at_any_depth() {
        let mut params = serde_json::json!({
            "rootUri": "file:///县",
            "workspaceFolders": [{"uri": "file:///县", "name": "县"}],
            "rootPath": "/县",
        });
        assert!(odd(&params));
        assert!(normalize_all(&mut params));
        assert!(!odd(&params));
        assert_eq!(params["workspaceFolders"][0]["uri"], "file:///%E5%8E%BF");
        assert_eq!(params["rootPath"], "/县");
    }
}
