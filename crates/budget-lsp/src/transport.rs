//! Standard input and output as a pair of threads.
//!
//! tokio's own `stdin` keeps the process alive until its blocking read returns, and its `stdout`
//! pushes back: a client that doesn't read for a while would stop the server from reading too.

use std::io::{self, BufReader, Read, Write};
use std::pin::Pin;
use std::sync::{Arc, Weak, mpsc as std_mpsc};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;

use crate::frames;

/// Messages read ahead of the server.
const READ_AHEAD: usize = 256;

/// The reading half: whole messages, each of which decodes.
pub struct Input {
    messages: mpsc::Receiver<Vec<u8>>,
    current: Vec<u8>,
    taken: usize,
}

/// Reads `source` on a thread of its own.
pub fn input(source: impl Read + Send + 'static) -> Input {
    let (sender, messages) = mpsc::channel(READ_AHEAD);
    std::thread::spawn(move || {
        let mut reader = BufReader::with_capacity(64 * 1024, source);
        while let Ok(Some(message)) = frames::next(&mut reader) {
            if sender.blocking_send(message).is_err() {
                return;
            }
        }
    });
    Input {
        messages,
        current: Vec::new(),
        taken: 0,
    }
}

impl AsyncRead for Input {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.taken == self.current.len() {
            match ready!(self.messages.poll_recv(context)) {
                Some(message) => {
                    self.current = message;
                    self.taken = 0;
                }
                None => return Poll::Ready(Ok(())),
            }
        }
        let left = self.current.get(self.taken..).unwrap_or_default();
        let n = left.len().min(buffer.remaining());
        buffer.put_slice(left.get(..n).unwrap_or_default());
        self.taken += n;
        Poll::Ready(Ok(()))
    }
}

/// The writing half: takes everything at once and lets a thread write it. What a client that
/// doesn't read leaves behind is kept in memory.
///
/// Each write is a whole message, or several: what is sent besides may stand between any two.
#[derive(Clone)]
pub struct Output {
    sender: Arc<std_mpsc::Sender<Vec<u8>>>,
}

/// The output of one who may outlive the server: a check that is under way when the client says `exit`. What it sends
/// then goes nowhere, and nobody waits for it.
pub(crate) struct WhileOpen(Weak<std_mpsc::Sender<Vec<u8>>>);

impl WhileOpen {
    /// Sends a message with its header. Nobody is told if the client is gone.
    pub(crate) fn send(&self, message: Vec<u8>) {
        if let Some(sender) = self.0.upgrade() {
            let _ = sender.send(message);
        }
    }
}

impl Output {
    /// The same, as long as there is another.
    pub(crate) fn while_open(&self) -> WhileOpen {
        WhileOpen(Arc::downgrade(&self.sender))
    }
}

/// Tells when all output is written.
pub struct Drained(std_mpsc::Receiver<()>);

impl Drained {
    /// Waits until the last byte is written, but no longer than `most`.
    pub fn wait(&self, most: Duration) {
        let _ = self.0.recv_timeout(most);
    }
}

/// Writes to `sink` on a thread of its own.
pub fn output(mut sink: impl Write + Send + 'static) -> (Output, Drained) {
    let (sender, chunks) = std_mpsc::channel::<Vec<u8>>();
    let (done, drained) = std_mpsc::channel();
    std::thread::spawn(move || {
        while let Ok(chunk) = chunks.recv() {
            if sink.write_all(&chunk).and_then(|()| sink.flush()).is_err() {
                return;
            }
        }
        let _ = done.send(());
    });
    let sender = Arc::new(sender);
    (Output { sender }, Drained(drained))
}

impl AsyncWrite for Output {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(match self.sender.send(bytes.to_vec()) {
            Ok(()) => Ok(bytes.len()),
            Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
        })
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
