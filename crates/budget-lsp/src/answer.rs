//! Answers that are written as they are. tower-lsp makes a tree of values of every answer, on the thread that serves all
//! requests, and then the text of that tree: an eighth of the time from a key to its findings. Here the job that makes an
//! answer writes it too, and lays the text beside the request; what tower-lsp is handed instead only says that there is
//! one.

use std::sync::{Arc, OnceLock};

use serde::Serialize;
use tower_lsp::jsonrpc::{Id, Response};

use crate::transport::Output;

tokio::task_local! {
    static WRITTEN: Written;
}

/// The text of an answer, once there is one.
#[derive(Clone, Default)]
pub(crate) struct Written(Arc<OnceLock<Vec<u8>>>);

impl Written {
    /// That of the running request.
    pub(crate) fn of_request() -> Self {
        WRITTEN.try_with(Clone::clone).unwrap_or_default()
    }

    /// Runs a request with a place for its answer. What is written is sent by itself; what isn't is given back.
    pub(crate) async fn around<E>(
        request: impl Future<Output = Result<Option<Response>, E>>,
        output: Output,
    ) -> Result<Option<Response>, E> {
        let written = Self::default();
        let response = WRITTEN.scope(written.clone(), request).await?;
        let (Some(result), Some(answered)) = (written.0.get(), &response) else {
            return Ok(response);
        };
        // One that was cancelled in the meantime has its own answer.
        if answered.is_error() {
            return Ok(response);
        }
        output.send(frame(answered.id(), result));
        Ok(None)
    }

    /// Lays down an answer.
    pub(crate) fn write(&self, answer: &impl Serialize) {
        // What can't be written is null, as it is without this.
        let text = serde_json::to_vec(answer).unwrap_or_else(|_| b"null".to_vec());
        let _ = self.0.set(text);
    }
}

/// A response as it goes over the wire.
fn frame(id: &Id, result: &[u8]) -> Vec<u8> {
    let id = serde_json::to_vec(id).unwrap_or_else(|_| b"null".to_vec());
    let body = [
        br#"{"jsonrpc":"2.0","id":"#,
        &*id,
        br#","result":"#,
        result,
        b"}",
    ]
    .concat();
    [
        format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes(),
        &body,
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_a_response() {
        let text = String::from_utf8(frame(&Id::String("甲".into()), "[1]".as_bytes())).unwrap();
        let body = r#"{"jsonrpc":"2.0","id":"甲","result":[1]}"#;
        assert_eq!(
            text,
            format!("Content-Length: {}\r\n\r\n{body}", body.len())
        );
        let parsed: Response = serde_json::from_str(body).unwrap();
        assert_eq!(
            parsed,
            Response::from_ok(Id::String("甲".into()), serde_json::json!([1]))
        );
    }
}
