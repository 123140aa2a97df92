//! Ends this process when the client's is gone without having said `exit`.

use std::time::Duration;

/// How often to look.
#[cfg(unix)]
const INTERVAL: Duration = Duration::from_secs(2);

/// Watches process `id` on a thread of its own, which runs even if all else is stuck.
#[cfg(unix)]
pub(crate) fn watch(id: u32) {
    let Some(pid) = i32::try_from(id)
        .ok()
        .and_then(rustix::process::Pid::from_raw)
    else {
        return;
    };
    // Who started this process; it changes when that one ends, even while its number lives on.
    let parent = std::os::unix::process::parent_id();
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(INTERVAL);
            let gone = rustix::process::test_kill_process(pid) == Err(rustix::io::Errno::SRCH)
                || (parent == id && std::os::unix::process::parent_id() != parent);
            if gone {
                std::process::exit(1);
            }
        }
    });
}

/// Elsewhere the end of standard input has to do.
#[cfg(not(unix))]
pub(crate) fn watch(_id: u32) {}
