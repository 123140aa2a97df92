//! Answers that are written as they are. tower-lsp makes a tree of values of every answer, on the thread that serves all
//! requests, and then the text of that tree: an eighth of the time from a key to its findings. Here the job that makes an
//! answer writes and sends it too. What tower-lsp is handed for it is not sent, and what it answers by itself (that a
//! request was cancelled) is sent only where no job was faster.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use tower_lsp::jsonrpc::{Id, Response};

use crate::transport::WhileOpen;

tokio::task_local! {
    static ASKED: Arc<Asked>;
}

/// A request that is to be answered once.
pub(crate) struct Asked {
    id: Id,
    output: WhileOpen,
    answered: AtomicBool,
}

impl Asked {
    /// The request that is running.
    pub(crate) fn now() -> Option<Arc<Self>> {
        ASKED.try_with(Clone::clone).ok()
    }

    /// Runs a request; gives its answer back if it is still to be sent.
    pub(crate) async fn run<E>(
        request: impl Future<Output = Result<Option<Response>, E>>,
        id: Option<Id>,
        output: WhileOpen,
    ) -> Result<Option<Response>, E> {
        let Some(id) = id else {
            return request.await;
        };
        let asked = Arc::new(Self {
            id,
            output,
            answered: AtomicBool::new(false),
        });
        let response = ASKED.scope(Arc::clone(&asked), request).await?;
        Ok(response.filter(|_| asked.is_first()))
    }

    /// Whether nobody has answered; who asks this does.
    fn is_first(&self) -> bool {
        !self.answered.swap(true, Ordering::Relaxed)
    }

    /// Answers, unless someone has.
    pub(crate) fn answer(&self, answer: &impl Serialize) {
        // What can't be written is null, as tower-lsp would have it.
        let result = serde_json::to_vec(answer).unwrap_or_else(|_| b"null".to_vec());
        if self.is_first() {
            self.output.send(frame(&self.id, &result));
        }
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
