//! Sign-in over HTTP: `sim_graph::sign_in` knows the protocol; here are keys, entropy, the clock on the wall and what is remembered
//! between requests.

mod answer;
mod bearer;
mod jws;
mod keys;
mod pages;
mod vault;

pub(crate) use answer::answer;
use bearer::Verified;

use crate::host::WorldHandle;
use keys::Keys;
use serde_json::{Map, Value};
use sim_graph::sign_in::Directory;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};
use vault::Memory;

/// What sign-in needs between requests. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct SignIn(Arc<State>);

#[derive(Debug)]
struct State {
    keys: OnceLock<Keys>,
    /// Where the key is kept.
    folder: Option<std::path::PathBuf>,
    memory: Memory,
    verified: Verified,
}

impl SignIn {
    /// Opens the signing key of a folder. What follows from it, or a new one if there is none, is made beside all else.
    pub(crate) fn open(folder: &Path) -> Result<Self, String> {
        Keys::check(folder)?;
        let (memory, verified) = (Memory::default(), Verified::default());
        let folder = Some(folder.to_owned());
        let sign_in = Self(Arc::new(State { keys: OnceLock::new(), folder, memory, verified }));
        let making = sign_in.clone();
        std::thread::spawn(move || {
            making.make();
        });
        Ok(sign_in)
    }

    /// A key that is kept nowhere, made when somebody needs it.
    #[cfg(test)]
    pub(crate) fn passing() -> Self {
        let (memory, verified) = (Memory::default(), Verified::default());
        Self(Arc::new(State { keys: OnceLock::new(), folder: None, memory, verified }))
    }

    /// The keys, when they are there.
    async fn keys(&self) -> &Keys {
        if self.0.keys.get().is_none() {
            let waiting = self.clone();
            // It does not panic, and if it did the next line would make the key here.
            let _ = tokio::task::spawn_blocking(move || {
                waiting.make();
            })
            .await;
        }
        self.make()
    }

    fn make(&self) -> &Keys {
        self.0.keys.get_or_init(|| Keys::make(self.0.folder.as_deref()))
    }
}

/// The clock on the wall, in seconds since 1970: tokens are judged by it.
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() as i64
}

/// What a client has to know to sign in: an application with its secret, and an administrator.
pub(crate) fn credentials(world: &WorldHandle) -> Map<String, Value> {
    world.read(|world| {
        let directory = Directory { tenant: world.tenant(), cx: world.cx() };
        let mut out = Map::new();
        if let Some((app, secret)) = directory.client_with_secret() {
            out.insert("client_id".into(), app.to_string().into());
            out.insert("client_secret".into(), secret.into());
        }
        if let Some(user) = directory.administrator() {
            out.insert("user".into(), world.cx().names.get(user.upn).into());
            let password = user.credentials.password.as_ref().map_or("", |password| password.0.as_str());
            out.insert("password".into(), password.into());
        }
        out
    })
}
