//! Pieces of work side by side.

use std::panic::resume_unwind;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// So long the end of the other pieces is looked out for before the thread sleeps: waking it takes about as long.
const PATIENCE: Duration = Duration::from_micros(200);

/// Runs both: the first here and at once, the second where a thread of the pool has time, or here after the first. So
/// the first should be the longer.
///
/// As `rayon::join`, but for one who isn't on the pool: there `join` would have the pool run both, and wait while its
/// threads wake. Either way it ends when a thread of the pool has seen that nothing is left to do. A panic of any is
/// the caller's.
pub fn both<A, B: Send>(first: impl FnOnce() -> A, second: impl FnOnce() -> B + Send) -> (A, B) {
    let (first, second, ()) = three(first, second, || ());
    (first, second)
}

/// As [`both`], with a third piece: whoever has done with another takes it up. No more threads are woken than there
/// are cores beside this one's: more would stand in each other's way.
pub fn three<A, B: Send, C: Send>(
    first: impl FnOnce() -> A,
    second: impl FnOnce() -> B + Send,
    third: impl FnOnce() -> C + Send,
) -> (A, B, C) {
    let (second, third) = (Piece::new(second), Piece::new(third));
    // Whoever comes takes what is left, in this order.
    let run = || {
        second.run();
        third.run();
    };
    let done = || second.is_done() && third.is_done();
    let helpers = rayon::current_num_threads().saturating_sub(1).clamp(1, 2);
    let first = rayon::in_place_scope(|scope| {
        for _ in 0..helpers {
            scope.spawn(|_| run());
        }
        let first = first();
        run();
        let from = Instant::now();
        let waits = rayon::current_thread_index().is_none();
        while waits && !done() && from.elapsed() < PATIENCE {
            std::thread::yield_now();
        }
        first
    });
    (first, second.result(), third.result())
}

/// A piece of work that is run once, by whoever comes first.
struct Piece<F, T> {
    waiting: Mutex<Option<F>>,
    done: Mutex<Option<T>>,
}

impl<F: FnOnce() -> T, T> Piece<F, T> {
    fn new(work: F) -> Self {
        Self {
            waiting: Mutex::new(Some(work)),
            done: Mutex::new(None),
        }
    }

    /// Runs it, unless someone has begun it.
    fn run(&self) {
        let taken = lock(&self.waiting).take();
        if let Some(work) = taken {
            let result = work();
            lock(&self.done).replace(result);
        }
    }

    fn is_done(&self) -> bool {
        lock(&self.done).is_some()
    }

    fn result(self) -> T {
        match self
            .done
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
        {
            Some(result) => result,
            // It was run, so it panicked; and that was the caller's already.
            None => resume_unwind(Box::new("no result")),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn each_gives_what_it_gives() {
        let words = ["甲", "乙"];
        assert_eq!(both(|| words.len(), || words.concat()), (2, "甲乙".into()));
        let deep = both(|| both(|| 1, || 2), || both(|| 3, || 4));
        assert_eq!(deep, ((1, 2), (3, 4)));
        let three = three(|| words.len(), || words.concat(), || words.first());
        assert_eq!(three, (2, "甲乙".into(), Some(&"甲")));
        let on_the_pool = rayon::scope(|_| both(|| both(|| 1, || 2), || both(|| 3, || 4)));
        assert_eq!(on_the_pool, deep);
    }

    #[test]
    fn a_panic_is_the_callers() {
        let first = catch_unwind(|| both(|| resume_unwind(Box::new(1)), || 2));
        assert!(first.map(|_: ((), i32)| ()).is_err());
        let second = catch_unwind(AssertUnwindSafe(|| {
            both(|| 1, || -> i32 { resume_unwind(Box::new(2)) })
        }));
        assert!(second.is_err());
        let third = catch_unwind(AssertUnwindSafe(|| {
            three(|| 1, || 2, || -> i32 { resume_unwind(Box::new(3)) })
        }));
        assert!(third.is_err());
    }
}
