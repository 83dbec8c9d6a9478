//! The signing key. It is made once and kept, so that tokens outlive the server.

use super::jws;
use crate::listen::tls::{keep_first, make_folder};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, date_time_ymd};
use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use ring::rsa::PublicKeyComponents;
use ring::signature::RsaKeyPair;
use rsa::RsaPrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _};
use rsa::pkcs8::EncodePrivateKey as _;
use serde_json::{Value, json};
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer};

const FILE: &str = "signing.key";

/// What signs tokens and seals grants.
pub(super) struct Keys {
    header: Header,
    signing: EncodingKey,
    verifying: DecodingKey,
    /// What grants are sealed with.
    pub sealing: LessSafeKey,
    /// The keys as anybody may read them.
    pub published: Value,
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Keys").field(&self.header.kid).finish()
    }
}

impl Keys {
    /// Whether the key of a folder can be used, if there is one. That is said before anything else of it is made.
    pub(super) fn check(folder: &Path) -> Result<(), String> {
        Self::open(folder, |der| RsaKeyPair::from_der(der).map(drop).map_err(|why| why.to_string())).map(drop)
    }

    /// Does something with the key of a folder, if there is one.
    fn open<K>(folder: &Path, with: impl FnOnce(&[u8]) -> Result<K, String>) -> Result<Option<K>, String> {
        let path = folder.join(FILE);
        let shown = path.display();
        let pem = match fs::read(&path) {
            Ok(pem) => pem,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("cannot read {shown}: {error}")),
        };
        let nonsense = |why: &str| format!("{shown} is no key ({why}); remove it and a new one is made");
        let der = PrivatePkcs1KeyDer::from_pem_slice(&pem).map_err(|why| nonsense(&why.to_string()))?;
        with(der.secret_pkcs1_der()).map(Some).map_err(|why| nonsense(&why))
    }

    /// Takes the key of a folder; or makes one and keeps it, if there is a folder. One that another process has made counts.
    pub(super) fn make(folder: Option<&Path>) -> Self {
        if let Some(Ok(Some(kept))) = folder.map(|folder| Self::open(folder, Self::of)) {
            return kept;
        }
        let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).expect("2048 bits are a key's usual length");
        if let Some(folder) = folder
            && let Ok(pem) = key.to_pkcs1_pem(rsa::pkcs1::LineEnding::LF)
        {
            // A folder that cannot be written to has stopped the server before: its CA is there, too.
            let _ = make_folder(folder).and_then(|()| keep_first(&folder.join(FILE), pem.as_bytes(), 0o600));
            if let Ok(Some(kept)) = Self::open(folder, Self::of) {
                return kept;
            }
        }
        let der = key.to_pkcs1_der().expect("a key that was just made can be written");
        Self::of(der.as_bytes()).expect("a key that was just made can be read")
    }

    /// Everything that follows from a private key (PKCS #1, DER).
    fn of(der: &[u8]) -> Result<Self, String> {
        jws::install();
        let pair = RsaKeyPair::from_der(der).map_err(|why| why.to_string())?;
        let public = pair.public();
        let certificate = certificate(der)?;
        let thumbprint = URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, &certificate));
        let components: PublicKeyComponents<Vec<u8>> = public.into();
        let published = json!({ "keys": [{
            "kty": "RSA",
            "use": "sig",
            "kid": thumbprint,
            "x5t": thumbprint,
            "n": URL_SAFE_NO_PAD.encode(&components.n),
            "e": URL_SAFE_NO_PAD.encode(&components.e),
            "x5c": [STANDARD.encode(&certificate)],
            "cloud_instance_name": "microsoftonline.com",
            "issuer": "https://login.microsoftonline.com/{tenantid}/v2.0",
        }]});
        let mut header = Header::new(Algorithm::RS256);
        header.x5t = Some(thumbprint.clone());
        header.kid = Some(thumbprint);
        let seed = [b"tenantsim grants".as_slice(), der].concat();
        let sealing = UnboundKey::new(&AES_256_GCM, digest(&SHA256, &seed).as_ref()).map_err(|why| why.to_string())?;
        Ok(Self {
            header,
            signing: EncodingKey::from_rsa_der(der),
            verifying: DecodingKey::from_rsa_der(public.as_ref()),
            sealing: LessSafeKey::new(sealing),
            published,
        })
    }

    /// Signs claims.
    pub(super) fn sign(&self, claims: &Value) -> String {
        jsonwebtoken::encode(&self.header, claims, &self.signing).expect("the key signs, and claims are JSON")
    }

    /// The claims of a token that was signed here, expired or not.
    pub(super) fn verify(&self, token: &str) -> Result<Value, jsonwebtoken::errors::Error> {
        claims(token, &self.verifying, &[Algorithm::RS256])
    }
}

/// The claims of a token that was signed with a key. Its times and names are for others to judge.
fn claims(token: &str, key: &DecodingKey, algorithms: &[Algorithm]) -> Result<Value, jsonwebtoken::errors::Error> {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.algorithms = algorithms.to_vec();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    jsonwebtoken::decode::<Value>(token, key, &validation).map(|token| token.claims)
}

/// The claims of a token that was signed with the key of a certificate.
pub(super) fn signed_with(token: &str, certificate: &[u8]) -> Option<Value> {
    jws::install();
    let certificate = certificate.into();
    let certificate = tokio_rustls::rustls::server::ParsedCertificate::try_from(&certificate).ok()?;
    let key = certificate.subject_public_key_info();
    let key = DecodingKey::from_rsa_der(rsa_key(&key)?);
    // A client says which of the two it has signed with.
    let algorithm = jsonwebtoken::decode_header(token).ok()?.alg;
    let allowed = [Algorithm::RS256, Algorithm::PS256];
    let known = allowed.contains(&algorithm);
    known.then(|| claims(token, &key, &[algorithm]).ok()).flatten()
}

/// The RSA key within what a certificate says of its subject's key.
fn rsa_key(info: &[u8]) -> Option<&[u8]> {
    use rsa::pkcs8::der::Decode as _;
    rsa::pkcs8::SubjectPublicKeyInfoRef::from_der(info).ok()?.subject_public_key.as_bytes()
}

/// A certificate for the key, the same one at every start.
fn certificate(der: &[u8]) -> Result<Vec<u8>, String> {
    // It is kept in one form, and certificates are made of the other.
    let key = RsaPrivateKey::from_pkcs1_der(der).map_err(|why| why.to_string())?;
    let pkcs8 = key.to_pkcs8_der().map_err(|why| why.to_string())?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pkcs8.as_bytes()));
    let key = KeyPair::from_der_and_sign_algo(&key, &rcgen::PKCS_RSA_SHA256).map_err(|why| why.to_string())?;
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "accounts.accesscontrol.windows.net");
    params.not_before = date_time_ymd(2022, 1, 1);
    params.not_after = date_time_ymd(2049, 12, 31);
    let made = params.self_signed(&key).map_err(|why| why.to_string())?;
    Ok(made.der().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_nonsense_is_said() {
        let folder = std::env::temp_dir().join(format!("tenantsim-keys-{}", std::process::id()));
        assert!(Keys::check(&folder).is_ok(), "there is none yet");
        let (first, second) = (Keys::make(Some(&folder)), Keys::make(Some(&folder)));
        assert_eq!(first.published, second.published);
        let token = first.sign(&json!({ "a": 1 }));
        assert_eq!(second.verify(&token).map(|claims| claims["a"].clone()).ok(), Some(json!(1)));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(folder.join(FILE)).expect("it is there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        for nonsense in ["nonsense", "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n"] {
            fs::write(folder.join(FILE), nonsense).expect("a file");
            assert!(Keys::check(&folder).is_err_and(|why| why.contains("remove it")), "{nonsense}");
        }
        fs::remove_dir_all(&folder).expect("it goes");
    }
}
