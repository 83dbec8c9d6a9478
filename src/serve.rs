//! `serve`: a world that clients meet over the network, until a signal ends it.

use crate::cli::ServeArgs;
use crate::diagnostics;
use crate::exec;
use crate::exit::Exit;
use crate::host::{Mode, Scene, WorldHandle, keep_time};
use crate::listen::http::{self, Connection, Shared};
use crate::listen::ldap::{self, Ldap};
use crate::listen::proxy::{self, Proxy};
use crate::listen::{self, Limits, Tls, tls};
use crate::load::{self, Loaded};
use crate::output::{Stopped, Terminal};
use crate::ready::ReadyFile;
use crate::signin::{self, SignIn};
use serde_json::{Map, Value, json};
use sim_core::trace::Keep;
use sim_core::{Id, SimTime};
use sim_ldap::{Controller, Dn, Forest};
use sim_world::World;
use sim_world::scenario::{PlanOptions, Scenario};
use std::ffi::OsString;
use std::io;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// So many records of the trace are kept; up to twice as many may be there, some 30 MB.
const TRACE: usize = 100_000;

/// Until when a world is served.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Until<'a> {
    /// Until a signal comes.
    Signalled,
    /// Until this tool has ended.
    Ended(&'a [OsString]),
}

/// Serves a world. The answer comes when a signal ends it, or when it cannot start.
pub(crate) fn serve(args: &ServeArgs, terminal: &mut Terminal<'_>) -> Result<Exit, Stopped> {
    serve_until(args, Until::Signalled, terminal)
}

/// Serves a world for as long as it is said.
pub(crate) fn serve_until(args: &ServeArgs, until: Until<'_>, terminal: &mut Terminal<'_>) -> Result<Exit, Stopped> {
    let started = addresses(args).and_then(|addresses| Ok((addresses, scene(args, terminal)?)));
    let done = started.and_then(|(addresses, scene)| {
        // Thousands of idle clients are more than a shell's limit on open files: take as many as are allowed.
        #[cfg(unix)]
        let _ = rlimit::increase_nofile_limit(u64::MAX);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(workers()).enable_all().build();
        let runtime = runtime.map_err(|error| format!("cannot start: {error}"))?;
        let done = runtime.block_on(host(args, addresses, scene, until, terminal));
        // An advance that was interrupted ends within an instant.
        runtime.shutdown_timeout(Duration::from_secs(1));
        done
    });
    done.or_else(|why| {
        if !why.is_empty() {
            terminal.note(&format!("error: {why}"));
        }
        Ok(Exit::BadInput)
    })
}

/// A request for a large list keeps a worker busy: the others go on.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 16)
}

/// Where to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Addresses {
    http: SocketAddr,
    https: SocketAddr,
    ldap: SocketAddr,
    ldaps: SocketAddr,
    proxy: SocketAddr,
}

/// Addresses that were not given are the usual ones; or free ones, if one that was given is to be a free one: several servers on a
/// machine are then told so once.
fn addresses(args: &ServeArgs) -> Result<Addresses, String> {
    let given = [args.http, args.https, args.ldap, args.ldaps, args.proxy];
    let any_free = given.iter().flatten().any(|address| address.port() == 0);
    let usual = |port| SocketAddr::from(([127, 0, 0, 1], if any_free { 0 } else { port }));
    if let Some(open) = given.iter().flatten().find(|address| !address.ip().is_loopback() && !args.expose) {
        return Err(format!(
            "{open} can be reached from other machines, and nobody who asks is turned away: add `--expose` if that is meant"
        ));
    }
    Ok(Addresses {
        http: args.http.unwrap_or(usual(8080)),
        https: args.https.unwrap_or(usual(8443)),
        ldap: args.ldap.unwrap_or(usual(3890)),
        ldaps: args.ldaps.unwrap_or(usual(6360)),
        proxy: args.proxy.unwrap_or(usual(8888)),
    })
}

/// Loads the scenario. An empty error has been told already.
fn scene(args: &ServeArgs, terminal: &mut Terminal<'_>) -> Result<Scene, String> {
    let start =
        match args.start.as_deref() {
            None => None,
            Some("now") => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                // Whole seconds, as a person would have typed them.
                Some(SimTime::from_unix_millis(now.as_secs() as i64 * 1000))
            }
            Some(text) => Some(text.parse().map_err(|_| {
                format!("`--start {text}` is neither `now` nor an instant such as `2022-11-17T08:00:00Z`")
            })?),
        };
    let options = PlanOptions { start, keep: Keep::Last(TRACE), notes: true, ..PlanOptions::default() };
    Ok(Scene { scenario: scenario(args, terminal)?, options })
}

fn scenario(args: &ServeArgs, terminal: &mut Terminal<'_>) -> Result<Scenario, String> {
    let loaded: Loaded = match &args.path {
        Some(path) => load::load(path)?,
        None => load::built_in(),
    };
    let mistakes = diagnostics::render(&loaded, true, terminal.colour_on_stderr);
    if !mistakes.is_empty() {
        terminal.note(&mistakes);
    }
    // What is wrong with it was just said.
    loaded.scenario.ok_or_else(String::new)
}

async fn host(
    args: &ServeArgs,
    addresses: Addresses,
    scene: Scene,
    until: Until<'_>,
    terminal: &mut Terminal<'_>,
) -> Result<Exit, String> {
    // From here on a signal means to end in order.
    let mut signals = Signals::listen().map_err(|error| format!("cannot listen to signals: {error}"))?;
    let limits = Limits::default();
    let http = Door::open("--http", addresses.http).await?;
    let https = Door::open("--https", addresses.https).await?;
    let proxy = Door::open("--proxy", addresses.proxy).await?;
    let first = LdapDoors::open(addresses, 0).await?;
    let folder = args.state.clone().or_else(tls::user_folder);
    let folder = folder.ok_or("there is no folder for the test CA: give one with `--state DIR`")?;
    let tls = Tls::open(&folder, &[&http, &https, &first.ldap, &first.ldaps, &proxy].map(|door| door.address.ip()))?;
    let acceptor = tls.acceptor(&["http/1.1"])?;
    let sign_in = SignIn::open(&folder)?;
    let mode = args.clock.unwrap_or(Mode::Paused);
    let begin = tokio::task::spawn_blocking(move || WorldHandle::new(scene, mode));
    let world = begin.await.map_err(|_| "the world could not be made: this is a mistake in tenantsim")?;
    let world = world.map_err(|why| format!("the world cannot begin: {why}"))?;
    for (line, why) in world.refusals() {
        terminal.note(&format!("warning: line {line} was refused: {why}"));
    }

    let urls = [("http", &http), ("https", &https), ("ldap", &first.ldap), ("ldaps", &first.ldaps)];
    let urls = urls.map(|(scheme, door)| (scheme, door.url(scheme)));
    let proxy_url = proxy.url("http");
    let cldap = first.ldap.url("cldap");
    let controllers = world.read(|world| controllers(world.forest()));
    let dc = *controllers.first().ok_or("the forest has no controller")?;
    let mut doors = vec![(dc, first)];
    for (n, dc) in (1..).zip(&controllers[1..]) {
        doors.push((*dc, LdapDoors::open(addresses, n).await?));
    }
    let shared = Shared::new(world.clone(), limits, sign_in);
    let app = http::app(&shared);
    let (close, closing) = watch::channel(false);
    let mut listeners = JoinSet::new();
    let (to, seen) = (app.clone(), closing.clone());
    listeners.spawn(listen::accept(http.listener, limits, closing.clone(), move |stream, peer| {
        http::serve(stream, Connection { scheme: "http", peer }, to.clone(), limits, seen.clone())
    }));
    let mut served: Vec<Served> = Vec::new();
    for (dc, LdapDoors { ldap, pings, ldaps }) in doors {
        served.push(Served { dc, ldap: ldap.url("ldap"), ldaps: ldaps.url("ldaps") });
        let controller = Ldap { world: world.clone(), dc, tls: tls.clone(), acceptor: tls.acceptor(&[])?, limits };
        listeners.spawn(ldap::pings(pings, controller.clone(), closing.clone()));
        for (door, secure) in [(ldap, false), (ldaps, true)] {
            let (controller, seen) = (controller.clone(), closing.clone());
            listeners.spawn(listen::accept(door.listener, limits, closing.clone(), move |stream, peer| {
                ldap::serve(stream, peer, secure, controller.clone(), seen.clone())
            }));
        }
    }
    let (answers, seen) = (Proxy { app: app.clone(), acceptor: acceptor.clone(), limits }, closing.clone());
    listeners.spawn(listen::accept(proxy.listener, limits, closing.clone(), move |stream, peer| {
        proxy::serve(stream, peer, answers.clone(), seen.clone())
    }));
    let seen = closing.clone();
    listeners.spawn(listen::accept(https.listener, limits, closing, move |stream, peer| {
        let (acceptor, app, mut closing) = (acceptor.clone(), app.clone(), seen.clone());
        async move {
            let shaken = tokio::select! {
                shaken = tokio::time::timeout(limits.handshake, acceptor.accept(stream)) => shaken,
                () = listen::closed(&mut closing) => return,
            };
            if let Ok(Ok(stream)) = shaken {
                http::serve(stream, Connection { scheme: "https", peer }, app, limits, closing).await;
            }
        }
    }));
    let time = tokio::spawn(keep_time(world.clone()));

    let control = format!("{}/_sim", urls[0].1);
    let mut ready: Map<String, Value> = urls.iter().map(|(name, url)| ((*name).into(), url.as_str().into())).collect();
    ready.insert("control".into(), control.as_str().into());
    ready.insert("ca_file".into(), tls.ca_file.to_string_lossy().into());
    ready.insert("cldap".into(), cldap.into());
    ready.insert("proxy".into(), proxy_url.as_str().into());
    ready.extend(world.read(estate));
    ready.extend(signin::credentials(&world));
    for Served { dc, ldap, ldaps } in &served {
        if let Some(controller) = ready.get_mut("controllers").and_then(|all| all.get_mut(dc.row() as usize)) {
            controller["ldap"] = ldap.as_str().into();
            controller["ldaps"] = ldaps.as_str().into();
        }
    }
    let (admin, dns) = world.read(|world| {
        let (forest, domain) = (world.forest(), world.forest().controller(dc).domain);
        (forest.administrator(domain, world.cx()).unwrap_or_default(), forest.domain(domain).dns.clone())
    });
    let password = world.administrator_password(&dns);
    ready.insert("admin_dn".into(), admin.as_str().into());
    ready.insert("admin_password".into(), password.into());
    ready.insert("version".into(), env!("CARGO_PKG_VERSION").into());
    ready.insert("pid".into(), std::process::id().into());
    let file = args.ready_file.as_deref();
    let file = file.map(|path| ReadyFile::write(path, &Value::Object(ready.clone()))).transpose()?;
    let exit = match until {
        Until::Ended(command) => exec::run(command, &ready, signals).await,
        Until::Signalled => {
            let text = |member: &str| ready.get(member).and_then(Value::as_str);
            terminal.note(&format!("serving {}, clock {mode}", world.title()));
            urls.iter().for_each(|(name, url)| terminal.note(&format!("  {name:<8} {url}")));
            for Served { dc, ldap, ldaps } in &served[1..] {
                let name = world.read(|world| world.cx().names.get(world.forest().controller(*dc).name).to_owned());
                terminal.note(&format!("  {name:<8} {ldap}  {ldaps}"));
            }
            terminal.note(&format!("  proxy    {proxy_url}"));
            terminal.note(&format!("  control  {control}/health"));
            terminal.note(&format!("  bind as  {admin}, password {password}"));
            if let Some((client, secret)) = text("client_id").zip(text("client_secret")) {
                terminal.note(&format!("  sign in  client_id {client}, client_secret {secret}"));
            }
            terminal.note(&format!("  test CA  {}", tls.ca_file.display()));
            terminal.note("Ctrl-C ends it");
            signals.next().await;
            terminal.note("closing");
            Ok(Exit::Fine)
        }
    };
    drop(file);
    time.abort();
    world.interrupt();
    close.send_replace(true);
    let drained = async { while listeners.join_next().await.is_some() {} };
    if tokio::time::timeout(limits.drain, drained).await.is_err() {
        terminal.note("some requests were still in flight and were broken off");
    }
    exit
}

/// A listener that is open.
#[derive(Debug)]
struct Door {
    listener: TcpListener,
    address: SocketAddr,
}

/// The controllers: the one that `--ldap` and `--ldaps` are of, the first one of the first domain that takes writes, then the others
/// in order of declaration.
fn controllers(forest: &Forest) -> Vec<Id<Controller>> {
    let first = forest.domains().next().and_then(|(domain, _)| forest.writable(domain));
    let others = forest.controllers().map(|(id, _)| id).filter(|id| Some(*id) != first);
    first.into_iter().chain(others).collect()
}

/// Where a controller is reached.
#[derive(Debug)]
struct Served {
    dc: Id<Controller>,
    ldap: String,
    ldaps: String,
}

/// The listeners of a controller.
#[derive(Debug)]
struct LdapDoors {
    ldap: Door,
    pings: UdpSocket,
    ldaps: Door,
}

impl LdapDoors {
    /// Those of the nth controller: at the ports behind the first one's, or at free ones where that has a free one.
    async fn open(addresses: Addresses, n: u16) -> Result<Self, String> {
        let nth = |flag: &str, mut address: SocketAddr| {
            let port = if address.port() == 0 { Some(0) } else { address.port().checked_add(n) };
            address.set_port(port.ok_or_else(|| format!("there are not enough ports behind `{flag} {address}`"))?);
            Ok::<_, String>(address)
        };
        let (ldap, pings) = Door::open_with_datagrams("--ldap", nth("--ldap", addresses.ldap)?).await?;
        Ok(Self { ldap, pings, ldaps: Door::open("--ldaps", nth("--ldaps", addresses.ldaps)?).await? })
    }
}

impl Door {
    /// Opens a port of TCP and the same one of UDP.
    async fn open_with_datagrams(flag: &str, address: SocketAddr) -> Result<(Self, UdpSocket), String> {
        let mut tries = 20;
        loop {
            let door = Self::open(flag, address).await?;
            tries -= 1;
            match UdpSocket::bind(door.address).await {
                Ok(socket) => return Ok((door, socket)),
                // A port that is free for one need not be for the other.
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && address.port() == 0 && tries > 0 => {}
                Err(error) => return Err(format!("cannot listen for datagrams at {}: {error}", door.address)),
            }
        }
    }

    async fn open(flag: &str, address: SocketAddr) -> Result<Self, String> {
        let listener = listen::bind(flag, address).await?;
        let address = listener.local_addr().map_err(|error| format!("cannot listen at {address}: {error}"))?;
        Ok(Self { listener, address })
    }

    fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", listen::reachable(self.address))
    }
}

/// What a client has to know of the estate.
fn estate(world: &World) -> Map<String, Value> {
    let (tenant, forest, names) = (world.tenant(), world.forest(), &world.cx().names);
    let mut out = Map::new();
    out.insert("tenant_id".into(), tenant.id().to_string().into());
    if let Some(domain) = tenant.domains().first() {
        out.insert("tenant_domain".into(), names.get(domain.name).into());
    }
    if let Some((_, domain)) = forest.domains().next() {
        out.insert("base_dn".into(), Dn::of_dns(&domain.dns).to_string().into());
    }
    let sites: Vec<_> = forest.sites().collect();
    let controllers = forest.controllers().map(|(_, controller)| {
        let site = sites.iter().find(|(id, _)| *id == controller.site).map(|(_, site)| names.get(site.name));
        json!({ "name": names.get(controller.name), "domain": forest.domain(controller.domain).dns, "site": site })
    });
    out.insert("controllers".into(), controllers.collect());
    out
}

/// What asks the process to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM.
    Terminate,
}

/// Signals, heard from the moment this is made.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::Interrupt,
            _ = self.terminate.recv() => Signal::Terminate,
        }
    }
}

/// Ctrl-C.
#[cfg(not(unix))]
#[derive(Debug)]
pub(crate) struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for the next one.
    pub(crate) async fn next(&mut self) -> Signal {
        let _ = tokio::signal::ctrl_c().await;
        Signal::Interrupt
    }
}
