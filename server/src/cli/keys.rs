//! Keys, where somebody sits at a terminal.

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, poll, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// What a key means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// Space: hold or go on.
    Pause,
    /// Left arrow.
    Back,
    /// Right arrow.
    Forward,
    /// Plus or up arrow.
    Louder,
    /// Minus or down arrow.
    Quieter,
    /// q, escape or Ctrl-C.
    Quit,
}

/// The keyboard, in raw mode for as long as this is there.
pub(crate) struct Keys {
    raw: bool,
}

impl Keys {
    /// Keys if there is a terminal on both ends, nothing otherwise.
    pub(crate) fn new() -> Self {
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        Self { raw: terminal && enable_raw_mode().is_ok() }
    }

    /// The next key within `limit`; sleeps where there are none.
    pub(crate) fn wait(&self, limit: Duration) -> Option<Key> {
        if !self.raw {
            std::thread::sleep(limit);
            return None;
        }
        let start = Instant::now();
        match poll(limit) {
            Ok(true) => {}
            Ok(false) => {
                // A terminal that has gone away answers at once; waiting here keeps that from becoming a busy loop.
                std::thread::sleep(limit.saturating_sub(start.elapsed()));
                return None;
            }
            // Nobody is there any more.
            Err(_) => return Some(Key::Quit),
        }
        let key = match read() {
            Ok(Event::Key(key)) => key,
            Ok(_) => return None,
            Err(_) => return Some(Key::Quit),
        };
        if key.kind == KeyEventKind::Release {
            return None;
        }
        match key.code {
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => Some(Key::Quit),
            KeyCode::Char('q') | KeyCode::Esc => Some(Key::Quit),
            KeyCode::Char(' ') if !key.modifiers.contains(KeyModifiers::CONTROL) => Some(Key::Pause),
            KeyCode::Left => Some(Key::Back),
            KeyCode::Right => Some(Key::Forward),
            KeyCode::Char('+' | '=') | KeyCode::Up => Some(Key::Louder),
            KeyCode::Char('-') | KeyCode::Down => Some(Key::Quieter),
            _ => None,
        }
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        if self.raw {
            // Nothing more can be done about a terminal that does not answer.
            drop(disable_raw_mode());
        }
    }
}
