//! The offline domain join blob: what `NetProvisionComputerAccount` makes on the connector's server, and what the device joins with.
//!
//! A package of two blobs: one as Windows 7 knows it, first, and one of parts, as Windows 8 and later write. Source: the offline
//! domain join IDL (win32 documentation), type serialization (MS-RPCE), and the layout of packages that Windows makes: readers in
//! the field expect both blobs, in this order.
//!
//! It is a secret: the machine's password is in it, in clear.

mod ndr;
#[cfg(test)]
mod tests;

pub use ndr::BlobError;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ndr::{Reader, Writer};
use sim_core::{Cx, Guid};
use sim_graph::OdjBlob;
use sim_ldap::{Forest, Secret, Sid};

/// All that is in an offline domain join blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OdjPackage {
    /// The domain to join, by its DNS name.
    pub domain: String,
    /// The computer's name.
    pub machine_name: String,
    /// The machine's password, in clear.
    pub machine_password: String,
    /// The domain.
    pub dns: DomainInfo,
    /// The controller that made the account.
    pub dc: ControllerInfo,
    /// The computer's relative identifier.
    pub rid: u32,
    /// The computer's SID, as text.
    pub sid: String,
}

/// A domain as the local security authority keeps it (`POLICY_DNS_DOMAIN_INFO`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainInfo {
    /// The NetBIOS name.
    pub netbios: String,
    /// The DNS name.
    pub dns: String,
    /// The DNS name of the forest.
    pub forest: String,
    /// The GUID.
    pub guid: Guid,
    /// The SID.
    pub sid: Sid,
}

/// A controller as the locator describes it (`DOMAIN_CONTROLLER_INFO`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControllerInfo {
    /// `\\` and its host name.
    pub name: String,
    /// `\\` and its address.
    pub address: String,
    /// What it is (`DS_…_FLAG`).
    pub flags: u32,
    /// Its site.
    pub site: String,
}

/// The blob as Windows 7 knows it.
const WIN7_BLOB: u32 = 1;
/// A package of parts.
const PACKAGE: u32 = 2;
/// `DS_INET_ADDRESS`.
const INET_ADDRESS: u32 = 1;
/// `OPSPI_PACKAGE_PART_ESSENTIAL`.
const ESSENTIAL: u32 = 1;

const JOIN: Guid = Guid::from_u128(0x631c7621_5289_4321_bc9e_80f843f868c3);
const JOIN_2: Guid = Guid::from_u128(0x57bfc56b_52f9_480c_adcb_91b3f8a82317);
const JOIN_3: Guid = Guid::from_u128(0xfc0ccf25_7ffa_474a_8611_69ffe269645f);

impl OdjPackage {
    /// The package of a blob: with what its domain is, and the controller that made the account. `None` if the domain is gone.
    pub fn of(blob: &OdjBlob, forest: &Forest, cx: &Cx) -> Option<Self> {
        let name = |sym| cx.names.get(sym).to_owned();
        let controllers = || forest.controllers();
        let made = controllers().find(|(_, dc)| dc.name == blob.controller);
        let domain_id = forest.find_domain(cx.names.get(blob.domain)).or(made.map(|(_, dc)| dc.domain))?;
        let (id, dc) = made.or_else(|| controllers().find(|(_, dc)| dc.domain == domain_id))?;
        let domain = forest.domain(domain_id);
        let head = forest.all(cx).find_text(&sim_ldap::Dn::of_dns(&domain.dns).to_string()).ok();
        let guid = head.map_or(Guid::NIL, |head| forest.all(cx).guid(head));
        let root = forest.domains().next().map_or(String::new(), |(_, root)| root.dns.clone());
        let number = controllers().position(|(other, _)| other == id).unwrap_or(0);
        Some(Self {
            domain: domain.dns.clone(),
            machine_name: name(blob.computer_name),
            machine_password: Secret(blob.secret).password(),
            dns: DomainInfo {
                netbios: domain.netbios.clone(),
                dns: domain.dns.clone(),
                forest: root,
                guid,
                sid: domain.sid,
            },
            dc: ControllerInfo {
                name: format!("\\\\{}", name(dc.dns)),
                address: format!("\\\\{}", made_up_address(number)),
                flags: sim_ldap::session::locator_flags(forest, id, true),
                site: forest
                    .sites()
                    .find(|(site, _)| *site == dc.site)
                    .map_or(String::new(), |(_, site)| name(site.name)),
            },
            rid: blob.rid,
            sid: domain.sid.child(blob.rid).to_string(),
        })
    }

    /// The octets of the package.
    pub fn encode(&self) -> Vec<u8> {
        let blobs = [(WIN7_BLOB, self.win7_blob()), (PACKAGE, self.parts())];
        let mut w = Writer::new();
        w.u32(1);
        w.u32(blobs.len() as u32);
        w.array();
        w.count(blobs.len());
        for (format, blob) in blobs {
            w.u32(format);
            w.octets(blob);
        }
        w.finish()
    }

    /// The file that djoin writes: Base64 in UTF-16, with a byte order mark and a NUL at the end.
    pub fn djoin_file(&self) -> Vec<u8> {
        let text = STANDARD.encode(self.encode());
        let units = [0xfeff].into_iter().chain(text.encode_utf16()).chain([0]);
        units.flat_map(u16::to_le_bytes).collect()
    }

    fn win7_blob(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.text(&self.domain);
        w.text(&self.machine_name);
        w.text(&self.machine_password);
        w.counted(&self.dns.netbios);
        w.counted(&self.dns.dns);
        w.counted(&self.dns.forest);
        w.guid(self.dns.guid);
        w.sid(self.dns.sid.to_bytes());
        w.text(&self.dc.name);
        w.text(&self.dc.address);
        w.u32(INET_ADDRESS);
        w.guid(self.dns.guid);
        w.text(&self.dns.dns);
        w.text(&self.dns.forest);
        w.u32(self.dc.flags);
        w.text(&self.dc.site);
        w.text(&self.dc.site);
        w.u32(0); // Options
        w.finish()
    }

    fn parts(&self) -> Vec<u8> {
        let mut join_2 = Writer::new();
        join_2.u32(0);
        join_2.text(&self.machine_name.to_uppercase());
        join_2.text(&self.dc.site);
        join_2.text(&self.dns.dns);
        join_2.u32(0);
        join_2.null();
        let mut join_3 = Writer::new();
        join_3.u32(self.rid);
        join_3.text(&self.sid);
        let parts = [(JOIN, self.win7_blob()), (JOIN_2, join_2.finish()), (JOIN_3, join_3.finish())];
        let mut collection = Writer::new();
        collection.u32(parts.len() as u32);
        collection.array();
        collection.octets(Vec::new());
        collection.count(parts.len());
        for (kind, part) in parts {
            collection.guid(kind);
            collection.u32(ESSENTIAL);
            collection.octets(part);
            collection.octets(Vec::new());
        }
        let collection = collection.finish();
        let length = collection.len() as u32;
        let mut package = Writer::new();
        package.guid(Guid::NIL); // not encrypted
        package.octets(Vec::new());
        package.octets(collection);
        package.u32(length);
        package.octets(Vec::new());
        package.finish()
    }

    /// Reads a package, as a device does that joins with it.
    ///
    /// # Errors
    ///
    /// What is wrong with the octets, and where.
    pub fn decode(octets: &[u8]) -> Result<Self, BlobError> {
        let mut r = Reader::new(octets)?;
        let (_version, count) = (r.u32()?, r.u32()?);
        let array = r.pointer()?;
        let blobs = tagged(&mut r, array, count, |r| r.u32())?;
        let of = |format| blobs.iter().find(|(f, _)| *f == format).map(|(_, blob)| *blob);
        let missing = |what| BlobError { what, at: octets.len() };
        let mut package = read_win7(of(WIN7_BLOB).ok_or(missing("no blob as Windows 7 knows it"))?)?;
        (package.rid, package.sid) = read_parts(of(PACKAGE).ok_or(missing("no package of parts"))?)?;
        Ok(package)
    }
}

/// More blobs or parts than this stand in no package.
const MOST: u32 = 64;

/// An array of tagged octets, with the pointees behind it.
fn tagged<'a, T>(
    r: &mut Reader<'a>,
    there: bool,
    count: u32,
    tag: impl Fn(&mut Reader<'a>) -> Result<T, BlobError>,
) -> Result<Vec<(T, &'a [u8])>, BlobError> {
    if !there || count > MOST || r.u32()? != count {
        return Err(BlobError { what: "an array without its elements", at: 0 });
    }
    let mut heads = Vec::new();
    for _ in 0..count {
        let kind = tag(r)?;
        let (_length, there) = (r.u32()?, r.pointer()?);
        heads.push((kind, there));
    }
    heads.into_iter().map(|(kind, there)| Ok((kind, r.octets(there)?))).collect()
}

fn read_win7(octets: &[u8]) -> Result<OdjPackage, BlobError> {
    let mut r = Reader::new(octets)?;
    let first = [r.pointer()?, r.pointer()?, r.pointer()?];
    let counted = [r.counted_pointer()?, r.counted_pointer()?, r.counted_pointer()?];
    let guid = r.guid()?;
    let sid = r.pointer()?;
    let controller = [r.pointer()?, r.pointer()?];
    let _address_type = r.u32()?;
    let _guid_again = r.guid()?;
    let names = [r.pointer()?, r.pointer()?];
    let flags = r.u32()?;
    let sites = [r.pointer()?, r.pointer()?];
    let _options = r.u32()?;
    let [domain, machine_name, machine_password] = [r.text(first[0])?, r.text(first[1])?, r.text(first[2])?];
    let [netbios, dns, forest] = [r.text(counted[0])?, r.text(counted[1])?, r.text(counted[2])?];
    let sid = r.sid(sid)?;
    let sid = Sid::from_bytes(sid).ok_or(BlobError { what: "a SID that is none", at: 0 })?;
    let [name, address] = [r.text(controller[0])?, r.text(controller[1])?];
    let _names_again = [r.text(names[0])?, r.text(names[1])?];
    let [site, _client_site] = [r.text(sites[0])?, r.text(sites[1])?];
    Ok(OdjPackage {
        domain,
        machine_name,
        machine_password,
        dns: DomainInfo { netbios, dns, forest, guid, sid },
        dc: ControllerInfo { name, address, flags, site },
        rid: 0,
        sid: String::new(),
    })
}

/// The relative identifier and the SID of the computer, from the third part.
fn read_parts(octets: &[u8]) -> Result<(u32, String), BlobError> {
    let mut r = Reader::new(octets)?;
    let _not_encrypted = r.guid()?;
    let (_length, context) = (r.u32()?, r.pointer()?);
    let (_length, wrapped) = (r.u32()?, r.pointer()?);
    let (_length, _extension, _more) = (r.u32()?, r.u32()?, r.pointer()?);
    r.octets(context)?;
    let mut c = Reader::new(r.octets(wrapped)?)?;
    let count = c.u32()?;
    let (array, _length, _extension) = (c.pointer()?, c.u32()?, c.pointer()?);
    if !array || count > MOST || c.u32()? != count {
        return Err(BlobError { what: "a collection without its parts", at: 0 });
    }
    let mut heads = Vec::new();
    for _ in 0..count {
        let (kind, _flags) = (c.guid()?, c.u32()?);
        let (_length, part) = (c.u32()?, c.pointer()?);
        let (_more, extension) = (c.u32()?, c.pointer()?);
        heads.push((kind, part, extension));
    }
    for (kind, part, extension) in heads {
        let part = c.octets(part)?;
        c.octets(extension)?;
        if kind == JOIN_3 {
            let mut r = Reader::new(part)?;
            let (rid, sid) = (r.u32()?, r.pointer()?);
            return Ok((rid, r.text(sid)?));
        }
    }
    Err(BlobError { what: "no part with the computer's SID", at: 0 })
}

/// An address for a controller, by its number: the simulator has none of its own, and readers want one. Ours.
fn made_up_address(number: usize) -> std::net::Ipv4Addr {
    let number = number as u32 + 10;
    std::net::Ipv4Addr::from(0x0a00_0000 | number & 0x00ff_ffff)
}
