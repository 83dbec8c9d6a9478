//! BER: a reader for the small structures within messages, and a writer that goes straight into the output.

/// Reads the elements of a constructed value, one after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// The next element: its tag and its content.
    pub(crate) fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (n, rest) = length(rest)?;
        if n > rest.len() {
            return None;
        }
        let (content, rest) = rest.split_at(n);
        self.0 = rest;
        Some((tag, content))
    }

    /// The content of the next element, which has this tag.
    pub(crate) fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = *self;
        let (found, content) = ahead.next()?;
        (found == tag).then(|| {
            *self = ahead;
            content
        })
    }

    /// The next element as a structure of its own.
    pub(crate) fn enter(&mut self, tag: u8) -> Option<Reader<'a>> {
        self.take(tag).map(Reader)
    }

    /// The next element as a number.
    pub(crate) fn int(&mut self) -> Option<i64> {
        self.take(0x02).and_then(int)
    }
}

/// A number in two's complement, of up to eight octets.
pub(crate) fn int(octets: &[u8]) -> Option<i64> {
    if octets.is_empty() || octets.len() > 8 {
        return None;
    }
    let sign = if octets[0] & 0x80 != 0 { -1 } else { 0 };
    Some(octets.iter().fold(sign, |n, b| n << 8 | i64::from(*b)))
}

/// A definite length of at most four octets, and what follows it.
pub(crate) fn length(octets: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = octets.split_first()?;
    if first < 0x80 {
        return Some((usize::from(first), rest));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 || count > 4 || rest.len() < count {
        return None;
    }
    let (digits, rest) = rest.split_at(count);
    Some((digits.iter().fold(0, |n, b| n << 8 | usize::from(*b)), rest))
}

/// Begins a constructed value. Its length takes four octets, as those of the real server do.
pub(crate) fn open(out: &mut Vec<u8>, tag: u8) -> usize {
    out.extend_from_slice(&[tag, 0x84, 0, 0, 0, 0]);
    out.len()
}

/// Ends the constructed value that began there.
pub(crate) fn close(out: &mut [u8], at: usize) {
    let n = (out.len() - at) as u32;
    out[at - 4..at].copy_from_slice(&n.to_be_bytes());
}

/// A primitive value.
pub(crate) fn put(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    head(out, tag, content.len());
    out.extend_from_slice(content);
}

/// Tag and length of a value.
pub(crate) fn head(out: &mut Vec<u8>, tag: u8, n: usize) {
    out.push(tag);
    match n {
        n @ 0..=0x7f => out.push(n as u8),
        n @ 0x80..=0xff => out.extend_from_slice(&[0x81, n as u8]),
        n @ 0x100..=0xffff => out.extend_from_slice(&[0x82, (n >> 8) as u8, n as u8]),
        n => {
            out.push(0x84);
            out.extend_from_slice(&(n as u32).to_be_bytes());
        }
    }
}

/// A number, in as few octets as it needs.
pub(crate) fn put_int(out: &mut Vec<u8>, tag: u8, n: i64) {
    let octets = n.to_be_bytes();
    let fits = |from: usize| {
        let sign = if octets[from] & 0x80 != 0 { 0xff } else { 0 };
        octets[..from].iter().all(|b| *b == sign)
    };
    let from = (0..8).rev().find(|from| fits(*from)).unwrap_or(0);
    put(out, tag, &octets[from..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_and_read() {
        for (n, octets) in [
            (0, &[2, 1, 0][..]),
            (127, &[2, 1, 127]),
            (128, &[2, 2, 0, 128]),
            (-1, &[2, 1, 255]),
            (-129, &[2, 2, 0xff, 0x7f]),
            (i64::MAX, &[2, 8, 0x7f, 255, 255, 255, 255, 255, 255, 255]),
        ] {
            let mut out = Vec::new();
            put_int(&mut out, 2, n);
            assert_eq!(out, octets, "{n}");
            assert_eq!(Reader(&out).int(), Some(n));
        }
    }

    #[test]
    fn lengths_are_bounded() {
        for bad in [&[0x80][..], &[0x85, 1, 1, 1, 1, 1], &[0x82, 1], &[]] {
            assert_eq!(length(bad), None);
        }
        assert_eq!(length(&[0x82, 1, 2, 9]), Some((258, &[9][..])));
        let mut out = Vec::new();
        let at = open(&mut out, 0x30);
        put(&mut out, 4, &[7; 300]);
        close(&mut out, at);
        let mut outer = Reader(&out);
        let mut inner = outer.enter(0x30).expect("a sequence");
        assert!(outer.0.is_empty());
        assert_eq!(inner.take(4).map(<[u8]>::len), Some(300));
        assert_eq!(inner.next(), None);
    }
}
