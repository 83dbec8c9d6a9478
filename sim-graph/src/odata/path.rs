//! `extensionAttributes/extensionAttribute1`, `physicalIds/$count`, `microsoft.graph.device/trustType`.

use std::fmt;
use std::ops::Range;

/// Segments that a path may have; our choice. Graph's deepest in this domain have three.
pub const MAX_SEGMENTS: usize = 8;

/// A way from the object, or from a range variable, to a value. At least one segment.
#[derive(Debug, Clone)]
pub struct Path {
    pub(super) segments: Vec<Segment>,
    pub(super) span: Range<usize>,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// A property; the first may be a range variable, or `$it`, the object itself.
    Property(String),
    /// A qualified type: from here on the value counts as one of that type, and as null if it is not one.
    Cast(String),
    /// `$count`, the number of items; always the last.
    Count,
}

impl Path {
    /// The steps.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Where it stands in the option's decoded value: first byte and number of bytes.
    pub fn span(&self) -> (usize, usize) {
        (self.span.start, self.span.len())
    }
}

/// Where they stand does not matter.
impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.segments == other.segments
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, segment) in self.segments.iter().enumerate() {
            write!(f, "{}{segment}", if i == 0 { "" } else { "/" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Property(name) | Self::Cast(name) => name,
            Self::Count => "$count",
        })
    }
}
