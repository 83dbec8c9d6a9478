//! What is sealed, and what is remembered of codes and passwords.

use super::keys::{self, Keys};
use super::now;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dashmap::DashMap;
use ring::aead::{Aad, NONCE_LEN, Nonce};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::Value;
use sim_core::Guid;
use sim_graph::sign_in::{DeviceFlow, Grant, SignInError, Vault};

/// So many device codes wait at most, and so many redeemed codes are remembered.
const MOST: usize = 10_000;

/// What is remembered between requests.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Device codes that wait, or were confirmed and not fetched.
    pub flows: DashMap<String, DeviceFlow>,
    /// Codes that were redeemed, until they would have ended.
    redeemed: DashMap<[u8; 32], i64>,
    /// Wrong passwords in a row, and until when the account is locked.
    failures: DashMap<Guid, (u32, i64)>,
}

impl Memory {
    /// Keeps a device code, unless there are too many.
    pub(super) fn keep(&self, device_code: String, flow: DeviceFlow) -> Result<(), SignInError> {
        if self.flows.len() >= MOST {
            let now = now();
            self.flows.retain(|_, flow| now < flow.grant.expires);
        }
        if self.flows.len() >= MOST {
            return Err(SignInError::busy());
        }
        self.flows.insert(device_code, flow);
        Ok(())
    }
}

/// Keys and memory, as the protocol asks them.
pub(super) struct Opened<'a> {
    pub keys: &'a Keys,
    pub memory: &'a Memory,
    /// So many wrong passwords lock an account, for so many seconds.
    pub lockout: (u32, i64),
}

impl Vault for Opened<'_> {
    fn open(&self, sealed: &str) -> Option<Grant> {
        let (_, sealed) = sealed.split_once('.')?;
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let body = bytes.split_off(NONCE_LEN.min(bytes.len()));
        let nonce = Nonce::try_assume_unique_for_key(&bytes).ok()?;
        let mut body = body;
        let opened = self.keys.sealing.open_in_place(nonce, Aad::empty(), &mut body).ok()?;
        serde_json::from_slice(opened).ok()
    }

    fn redeem(&self, code: &str, until: i64) -> bool {
        let redeemed = &self.memory.redeemed;
        if redeemed.len() >= MOST {
            let now = now();
            redeemed.retain(|_, until| now < *until);
        }
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, code.as_bytes()).as_ref());
        let first = redeemed.insert(hash, until).is_none();
        self.memory.flows.remove(code);
        first
    }

    fn poll(&self, device_code: &str, client: Guid) -> Result<Grant, SignInError> {
        match self.memory.flows.get_mut(device_code) {
            Some(mut flow) => flow.poll(client, now()),
            None => Err(SignInError::unknown_device_code()),
        }
    }

    fn own(&self, token: &str) -> Option<Value> {
        self.keys.verify(token).ok()
    }

    fn signed_with(&self, token: &str, certificate: &[u8]) -> Option<Value> {
        keys::signed_with(token, certificate)
    }

    fn sha256(&self, text: &str) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes()))
    }

    fn locked(&self, user: Guid) -> bool {
        self.memory.failures.get(&user).is_some_and(|failures| now() < failures.1)
    }

    fn tried(&self, user: Guid, right: bool) {
        if right {
            self.memory.failures.remove(&user);
            return;
        }
        let (threshold, seconds) = self.lockout;
        let mut failures = self.memory.failures.entry(user).or_default();
        failures.0 += 1;
        if failures.0 >= threshold {
            *failures = (0, now() + seconds);
        }
    }

    fn random(&self) -> String {
        random()
    }
}

impl Opened<'_> {
    /// Seals a grant. A dot is put in front: tools take what has none for another kind of token.
    pub(super) fn seal(&self, grant: &Grant) -> String {
        let mut nonce = [0; NONCE_LEN];
        fill(&mut nonce);
        let mut body = serde_json::to_vec(grant).expect("a grant is JSON");
        let sealing = &self.keys.sealing;
        let unique = Nonce::assume_unique_for_key(nonce);
        sealing.seal_in_place_append_tag(unique, Aad::empty(), &mut body).expect("a grant is not too long to seal");
        let sealed = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &body].concat());
        format!("{}.{sealed}", if grant.refresh { "1" } else { "0" })
    }
}

/// Some characters that nobody can guess.
pub(super) fn random() -> String {
    let mut bytes = [0; 24];
    fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A code that a person types: nine letters and digits that are not mixed up.
pub(super) fn user_code() -> String {
    const ALPHABET: &[u8; 24] = b"BCDEFGHJKLMNPQRSTVWXZ257";
    let mut bytes = [0; 9];
    fill(&mut bytes);
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])).collect()
}

fn fill(bytes: &mut [u8]) {
    SystemRandom::new().fill(bytes).expect("the operating system has entropy");
}
