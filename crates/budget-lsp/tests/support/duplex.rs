//! A server in the test's own process, with options of the test.

use budget_lsp::{Options, serve, transport};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, DuplexStream, ReadHalf, WriteHalf};
use tokio::task::JoinHandle;
use tokio_util::io::SyncIoBridge;

type Read = BufReader<ReadHalf<DuplexStream>>;
type Write = WriteHalf<DuplexStream>;

/// Starts one; gives what ends with it, and the client's ends.
pub(crate) fn start(options: Options) -> (JoinHandle<u8>, Read, Write) {
    let (ours, theirs) = tokio::io::duplex(1 << 22);
    let (input, output) = tokio::io::split(theirs);
    // The server writes on a thread of its own.
    let (output, _) = transport::output(SyncIoBridge::new(output));
    let server = tokio::spawn(serve(input, output, options));
    let (read, write) = tokio::io::split(ours);
    (server, BufReader::new(read), write)
}

/// The next message of the server.
pub(crate) async fn next(read: &mut Read) -> Value {
    let mut length = 0;
    loop {
        let mut line = String::new();
        assert_ne!(
            read.read_line(&mut line).await.unwrap(),
            0,
            "the server is gone"
        );
        match line.trim().strip_prefix("Content-Length: ") {
            Some(value) => length = value.parse().unwrap(),
            None if line.trim().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    read.read_exact(&mut body).await.unwrap();
    serde_json::from_slice(&body).unwrap()
}
