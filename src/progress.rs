//! Progress of long runs, on standard error.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sim_world::run;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Runs shorter than this show nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// One line that says how far all runs are. It appears after a while and is gone at the end.
#[derive(Debug)]
pub(crate) struct ProgressLine {
    began: Instant,
    files: usize,
    done: AtomicUsize,
    /// `None` until it appears; nobody watches if `shown` is false.
    bar: Mutex<Option<ProgressBar>>,
    shown: bool,
}

impl ProgressLine {
    /// The line for that many files, if it is to be shown at all.
    pub(crate) fn new(files: usize, shown: bool) -> Self {
        Self { began: Instant::now(), files, done: AtomicUsize::new(0), bar: Mutex::new(None), shown }
    }

    /// A run is here.
    pub(crate) fn at(&self, title: &str, progress: run::Progress) {
        let instant = progress.now.to_string();
        self.say(|| format!("{title}  {instant}  {} events, {} pending", progress.events, progress.pending));
    }

    /// A file is done.
    pub(crate) fn file_done(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if done < self.files {
            self.say(|| "…".into());
        }
    }

    fn say(&self, message: impl FnOnce() -> String) {
        if !self.shown || self.began.elapsed() < PATIENCE {
            return;
        }
        // A poisoned lock means that a run panicked: then the line does not matter.
        let Ok(mut bar) = self.bar.lock() else { return };
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(Some(self.files as u64), ProgressDrawTarget::stderr());
            let template =
                if self.files > 1 { "{spinner} {pos}/{len} files  {wide_msg}" } else { "{spinner} {wide_msg}" };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar
        });
        bar.set_position(self.done.load(Ordering::Relaxed) as u64);
        bar.set_message(message());
        bar.tick();
    }

    /// Takes the line away, so that something else can be written.
    pub(crate) fn clear(&self) {
        if let Ok(mut bar) = self.bar.lock()
            && let Some(bar) = bar.take()
        {
            bar.finish_and_clear();
        }
    }
}
