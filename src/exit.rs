//! How the program ends.

use std::process::ExitCode;

/// How the program ends. Of several, the one that matters most counts: bad input before all, then what could not be finished,
/// then a check that does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All expectations hold: 0.
    Fine,
    /// An expectation does not hold: 1.
    DoesNotHold,
    /// A run did not settle within its bounds, or something went wrong inside: 3.
    Internal,
    /// The input or the usage is wrong: 2.
    BadInput,
    /// What the tool says that was run.
    Tool(u8),
}

impl Exit {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::DoesNotHold => 1,
            Self::BadInput => 2,
            Self::Internal => 3,
            Self::Tool(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_input_wins() {
        let worst = [Exit::DoesNotHold, Exit::BadInput, Exit::Fine, Exit::Internal].into_iter().max();
        assert_eq!(worst.map(Exit::code), Some(2));
        assert!(Exit::Internal > Exit::DoesNotHold);
    }
}
