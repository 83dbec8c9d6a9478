//! The part of NDR that offline domain join blobs are made of: little-endian scalars, unique pointers whose pointees follow, strings,
//! and type serialization version 1 around it all (MS-RPCE 2.2.6; C706 chapter 14).

/// Octets that are no such blob.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an offline domain join blob: {what} at octet {at}")]
pub struct BlobError {
    /// What is wrong.
    pub what: &'static str,
    /// Where.
    pub at: usize,
}

/// What a pointer points to.
enum Pointee {
    /// `[string] wchar_t *`: a text with its NUL.
    Text(Vec<u16>),
    /// The buffer of a counted string: no NUL, room for one.
    Counted(Vec<u16>),
    /// `[size_is] BYTE *`, aligned.
    Octets(Vec<u8>),
    /// A SID: the count of its parts, then the SID.
    Sid(Vec<u8>),
}

/// The first number that stands for a pointer; each further one is four more, as Windows counts them.
const FIRST_REFERENT: u32 = 0x0002_0000;

const COMMON_HEADER: [u8; 8] = [1, 0x10, 8, 0, 0xcc, 0xcc, 0xcc, 0xcc];
const HEADERS: usize = 16;

/// Writes one serialized type: a pointer to a structure, the structure, and what its pointers point to, in order.
pub struct Writer {
    out: Vec<u8>,
    referents: u32,
    pointees: Vec<Pointee>,
}

impl Writer {
    /// Begins with the headers and the pointer to the structure.
    pub fn new() -> Self {
        let mut writer = Self { out: vec![0; HEADERS], referents: 0, pointees: Vec::new() };
        writer.referent();
        writer
    }

    fn referent(&mut self) {
        let referent = FIRST_REFERENT + 4 * self.referents;
        self.referents += 1;
        self.u32(referent);
    }

    fn align(&mut self, to: usize) {
        self.out.resize(self.out.len().next_multiple_of(to), 0);
    }

    pub fn u32(&mut self, value: u32) {
        self.align(4);
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    /// A GUID in its octets.
    pub fn guid(&mut self, guid: sim_core::Guid) {
        self.align(4);
        self.out.extend_from_slice(&guid.to_bytes_le());
    }

    /// A pointer to a text; none for an empty one where that stands for none.
    pub fn text(&mut self, text: &str) {
        self.referent();
        self.pointees.push(Pointee::Text(text.encode_utf16().chain([0]).collect()));
    }

    /// A pointer to nothing.
    pub fn null(&mut self) {
        self.u32(0);
    }

    /// A counted string: its lengths in octets, and a pointer to its buffer.
    pub fn counted(&mut self, text: &str) {
        let units: Vec<u16> = text.encode_utf16().collect();
        let length = (units.len() * 2) as u32;
        self.u32(length | (length + 2) << 16);
        self.referent();
        self.pointees.push(Pointee::Counted(units));
    }

    /// A count of octets and a pointer to them; a null pointer for none.
    pub fn octets(&mut self, octets: Vec<u8>) {
        self.u32(octets.len() as u32);
        if octets.is_empty() {
            return self.null();
        }
        self.referent();
        self.pointees.push(Pointee::Octets(octets));
    }

    /// A pointer to a SID in its octets.
    pub fn sid(&mut self, sid: Vec<u8>) {
        self.referent();
        self.pointees.push(Pointee::Sid(sid));
    }

    /// A pointer to an array of structures that `each` writes, as many as counted; their pointees follow the array.
    pub fn array(&mut self) {
        self.referent();
    }

    /// The count before an array. What was pointed to before it comes first.
    pub fn count(&mut self, count: usize) {
        self.flush();
        self.u32(count as u32);
    }

    fn flush(&mut self) {
        for pointee in std::mem::take(&mut self.pointees) {
            match pointee {
                Pointee::Text(units) => self.units(units.len(), &units),
                Pointee::Counted(units) => self.units(units.len() + 1, &units),
                Pointee::Octets(octets) => {
                    self.u32(octets.len() as u32);
                    self.out.extend_from_slice(&octets);
                }
                Pointee::Sid(sid) => {
                    self.u32(sid.get(1).copied().unwrap_or(0).into());
                    self.out.extend_from_slice(&sid);
                }
            }
        }
    }

    /// A conformant and varying array of 16-bit units.
    fn units(&mut self, most: usize, units: &[u16]) {
        self.u32(most as u32);
        self.u32(0);
        self.u32(units.len() as u32);
        units.iter().for_each(|unit| self.out.extend_from_slice(&unit.to_le_bytes()));
    }

    /// The octets, padded to eight, with their length in the header.
    pub fn finish(mut self) -> Vec<u8> {
        self.flush();
        self.align(8);
        let length = (self.out.len() - HEADERS) as u32;
        self.out[..8].copy_from_slice(&COMMON_HEADER);
        self.out[8..12].copy_from_slice(&length.to_le_bytes());
        self.out
    }
}

/// Reads one serialized type. Whoever reads takes pointees in the order in which their pointers stood.
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// Checks the headers and passes the pointer to the structure.
    pub fn new(bytes: &'a [u8]) -> Result<Self, BlobError> {
        let mut reader = Self { bytes, at: 0 };
        if reader.take(8)? != COMMON_HEADER {
            return Err(BlobError { what: "another kind of serialization", at: 0 });
        }
        let length = reader.u32()? as usize;
        reader.u32()?;
        if length > bytes.len() - HEADERS {
            return Err(BlobError { what: "a length beyond the end", at: 8 });
        }
        if !reader.pointer()? {
            return Err(reader.wrong("a null pointer instead of the structure"));
        }
        Ok(reader)
    }

    fn wrong(&self, what: &'static str) -> BlobError {
        BlobError { what, at: self.at }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], BlobError> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or(BlobError { what: "an end too early", at: self.at })?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    pub fn u32(&mut self) -> Result<u32, BlobError> {
        self.at = self.at.next_multiple_of(4);
        let b = self.take(4)?;
        Ok(u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    pub fn guid(&mut self) -> Result<sim_core::Guid, BlobError> {
        self.at = self.at.next_multiple_of(4);
        let mut octets = [0; 16];
        octets.copy_from_slice(self.take(16)?);
        Ok(sim_core::Guid::from_bytes_le(octets))
    }

    /// Whether a pointer points to something.
    pub fn pointer(&mut self) -> Result<bool, BlobError> {
        Ok(self.u32()? != 0)
    }

    /// The lengths and the pointer of a counted string.
    pub fn counted_pointer(&mut self) -> Result<bool, BlobError> {
        self.u32()?;
        self.pointer()
    }

    /// The text of a pointer, with its NUL or without.
    pub fn text(&mut self, there: bool) -> Result<String, BlobError> {
        if !there {
            return Ok(String::new());
        }
        let (most, offset, units) = (self.u32()?, self.u32()?, self.u32()?);
        if offset != 0 || units > most {
            return Err(self.wrong("a text that does not fit its own bounds"));
        }
        let octets = self.take((units as usize).checked_mul(2).ok_or(self.wrong("a text too long"))?)?;
        let units: Vec<u16> = octets.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
        let text = String::from_utf16(&units).map_err(|_| self.wrong("a text that is not UTF-16"))?;
        Ok(text.strip_suffix('\0').map_or_else(|| text.clone(), str::to_owned))
    }

    /// The octets of a pointer.
    pub fn octets(&mut self, there: bool) -> Result<&'a [u8], BlobError> {
        if !there {
            return Ok(&[]);
        }
        let count = self.u32()? as usize;
        self.take(count)
    }

    /// The octets of a SID.
    pub fn sid(&mut self, there: bool) -> Result<&'a [u8], BlobError> {
        if !there {
            return Ok(&[]);
        }
        let parts = self.u32()? as usize;
        if parts > 15 {
            return Err(self.wrong("a SID of too many parts"));
        }
        self.take(8 + 4 * parts)
    }
}
