//! The test CA, and the certificates that it makes for the names that clients ask for.
//!
//! The CA's key is made once and kept, so that clients have to be told to trust it once. All else is made anew at every start:
//! certificates are judged by the clock on the wall.

use super::hosts::simulated;
use dashmap::DashMap;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use sim_core::SimTime;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::{CertifiedKey, SigningKey};

/// More names than this are not kept: whoever makes names up gets the certificate of this machine.
const MAX_NAMES: usize = 2_000;

/// The test CA. It signs for any name, so its key is nobody else's to read.
#[derive(Debug)]
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

/// What TLS listeners need.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    /// The CA's certificate, in PEM.
    pub ca_file: PathBuf,
    leaves: Arc<Leaves>,
}

/// Certificates by name, all for one key.
#[derive(Debug)]
struct Leaves {
    authority: Authority,
    key: KeyPair,
    signing: Arc<dyn SigningKey>,
    made: DashMap<String, Arc<CertifiedKey>>,
    /// For clients that name nothing, as those do that connect to an address.
    local: Arc<CertifiedKey>,
}

impl Tls {
    /// Opens the CA of a folder, or makes one there. `addresses` are those of the listeners.
    pub(crate) fn open(folder: &Path, addresses: &[IpAddr]) -> Result<Self, String> {
        let shown = folder.display();
        let authority = Authority::open(folder).map_err(|why| format!("cannot use the test CA in {shown}: {why}"))?;
        let leaves = Leaves::new(authority, addresses).map_err(|why| format!("cannot make certificates: {why}"))?;
        let ca_file = folder.join(CERTIFICATE);
        let ca_file = fs::canonicalize(&ca_file).unwrap_or(ca_file);
        Ok(Self { ca_file, leaves: Arc::new(leaves) })
    }

    /// Accepts TLS 1.2 and 1.3. `protocols` are those of ALPN, if the protocol has any.
    pub(crate) fn acceptor(&self, protocols: &[&str]) -> Result<TlsAcceptor, String> {
        let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().map_err(|why| why.to_string())?;
        let mut config = builder.with_no_client_auth().with_cert_resolver(self.leaves.clone());
        // Nobody needs to resume on one machine, and clients with an older GnuTLS stop at tickets that come before an answer.
        config.send_tls13_tickets = 0;
        config.alpn_protocols = protocols.iter().map(|p| p.as_bytes().to_vec()).collect();
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// The hash of the certificate that is shown to clients that ask for that name (RFC 5929: `tls-server-end-point`), by the
    /// hash that it is signed with.
    pub(crate) fn end_point(&self, name: Option<&str>) -> Option<Vec<u8>> {
        let shown = name.map_or_else(|| self.leaves.local.clone(), |name| self.leaves.of(name));
        let sha_256 = ring::cipher_suite::TLS13_AES_128_GCM_SHA256.tls13()?.common.hash_provider;
        Some(sha_256.hash(shown.cert.first()?).as_ref().to_vec())
    }
}

/// The folder of this user for what can be made again.
pub(crate) fn user_folder() -> Option<PathBuf> {
    let var = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = if cfg!(windows) {
        var("LOCALAPPDATA")
    } else {
        var("XDG_CACHE_HOME").filter(|p| p.is_absolute()).or_else(|| Some(var("HOME")?.join(".cache")))
    };
    Some(cache?.join("tenantsim"))
}

const KEY: &str = "ca.key";
const CERTIFICATE: &str = "ca.pem";

impl Authority {
    fn open(folder: &Path) -> Result<Self, String> {
        make_folder(folder).map_err(|error| error.to_string())?;
        let path = folder.join(KEY);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = KeyPair::generate().map_err(|error| error.to_string())?;
                keep_first(&path, key.serialize_pem().as_bytes(), 0o600).map_err(|error| error.to_string())?;
                // Another process may have been first: then its key counts.
                fs::read_to_string(&path).map_err(|error| error.to_string())?
            }
            Err(error) => return Err(error.to_string()),
        };
        let key = KeyPair::from_pem(&text)
            .map_err(|error| format!("{} is no key ({error}); remove it and a new one is made", path.display()))?;
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::OrganizationName, "tenantsim");
        params.distinguished_name.push(DnType::CommonName, "tenantsim test CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.not_before = date_time_ymd(2022, 1, 1);
        params.not_after = date_time_ymd(2049, 12, 31);
        let certificate = params.self_signed(&key).map_err(|error| error.to_string())?;
        let pem = folder.join(CERTIFICATE);
        if !pem.exists() {
            keep_first(&pem, certificate.pem().as_bytes(), 0o644).map_err(|error| error.to_string())?;
        }
        Ok(Self { certificate: certificate.der().clone(), issuer: Issuer::new(params, key) })
    }
}

/// Makes a folder that is nobody else's to look into.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Writes a file whole, unless there is one already.
pub(crate) fn keep_first(path: &Path, content: &[u8], mode: u32) -> io::Result<()> {
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let _ = fs::remove_file(&temporary);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let written = options.open(&temporary).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    });
    // A link, other than a rename, does not replace what is there.
    let linked = written.and_then(|()| match fs::hard_link(&temporary, path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(_) if !path.exists() => fs::rename(&temporary, path),
        done => done,
    });
    let _ = fs::remove_file(&temporary);
    linked
}

impl Leaves {
    fn new(authority: Authority, addresses: &[IpAddr]) -> Result<Self, String> {
        let key = KeyPair::generate().map_err(|error| error.to_string())?;
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let signing = ring::sign::any_supported_type(&der).map_err(|error| error.to_string())?;
        let mut names = vec!["localhost".to_owned(), Ipv4Addr::LOCALHOST.to_string(), Ipv6Addr::LOCALHOST.to_string()];
        names.extend(addresses.iter().filter(|ip| !ip.is_unspecified()).map(IpAddr::to_string));
        names.dedup();
        let local = certificate(&authority, &key, &signing, names)?;
        let leaves = Self { authority, key, signing, made: DashMap::new(), local };
        for name in simulated() {
            leaves.of(name);
        }
        Ok(leaves)
    }

    /// The certificate of a name.
    fn of(&self, name: &str) -> Arc<CertifiedKey> {
        if name == "localhost" {
            return self.local.clone();
        }
        if let Some(made) = self.made.get(name) {
            return made.clone();
        }
        if self.made.len() >= MAX_NAMES {
            return self.local.clone();
        }
        match certificate(&self.authority, &self.key, &self.signing, vec![name.to_owned()]) {
            Ok(made) => self.made.entry(name.to_owned()).or_insert(made).clone(),
            // Nothing that can be in a certificate.
            Err(_) => self.local.clone(),
        }
    }
}

impl ResolvesServerCert for Leaves {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        // rustls has checked the name's form and made it lower case.
        Some(hello.server_name().map_or_else(|| self.local.clone(), |name| self.of(name)))
    }
}

fn certificate(
    authority: &Authority,
    key: &KeyPair,
    signing: &Arc<dyn SigningKey>,
    names: Vec<String>,
) -> Result<Arc<CertifiedKey>, String> {
    let mut distinguished = DistinguishedName::new();
    if let Some(name) = names.first().filter(|name| name.len() <= 64) {
        distinguished.push(DnType::CommonName, name.as_str());
    }
    let mut params = CertificateParams::new(names).map_err(|error| error.to_string())?;
    params.distinguished_name = distinguished;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    // From yesterday on, for less than the 825 days that clients take at most.
    let (year, month, day) = yesterday();
    params.not_before = date_time_ymd(year, month, day.min(28));
    params.not_after = date_time_ymd(year + 2, month, day.min(28));
    let leaf = params.signed_by(key, &authority.issuer).map_err(|error| error.to_string())?;
    let chain = vec![leaf.der().clone(), authority.certificate.clone()];
    Ok(Arc::new(CertifiedKey::new(chain, signing.clone())))
}

fn yesterday() -> (i32, u8, u8) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let day = SimTime::from_unix_millis(now.as_millis() as i64 - 86_400_000).to_string();
    let part = |range| day.get(range).and_then(|text: &str| text.parse::<u16>().ok()).unwrap_or(1);
    (i32::from(part(0..4)), part(5..7) as u8, part(8..10) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ca_is_made_once_and_its_key_is_private() {
        let folder = std::env::temp_dir().join(format!("tenantsim-ca-{}", std::process::id()));
        let open = || Tls::open(&folder, &[]).expect("a CA");
        let (first, second) = (open(), open());
        assert_eq!(
            first.leaves.authority.issuer.key().serialize_der(),
            second.leaves.authority.issuer.key().serialize_der()
        );
        assert!(fs::read_to_string(&first.ca_file).expect("a file").starts_with("-----BEGIN CERTIFICATE-----"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
            assert_eq!((mode(&folder), mode(&folder.join(KEY))), (0o700, 0o600));
        }
        assert_eq!(fs::read_dir(&folder).expect("a folder").count(), 2, "nothing else is left");
        fs::write(folder.join(KEY), "nonsense").expect("a file");
        assert!(Tls::open(&folder, &[]).is_err_and(|why| why.contains("remove it")));
        fs::remove_dir_all(&folder).expect("it goes");
    }

    #[test]
    fn made_up_names_are_bounded() {
        let folder = std::env::temp_dir().join(format!("tenantsim-names-{}", std::process::id()));
        let tls = Tls::open(&folder, &[]).expect("a CA");
        for n in 0..MAX_NAMES + 10 {
            tls.leaves.of(&format!("host{n}.example"));
        }
        assert_eq!(tls.leaves.made.len(), MAX_NAMES);
        fs::remove_dir_all(&folder).expect("it goes");
    }
}
