//! The LDAP benchmark: the same work on `tenantsim serve` and on OpenLDAP's slapd (mdb, nothing synchronised to disk), side by side
//! in one run, over the same computers.
//!
//! `cargo bench --bench ldap` takes 100,000 computers; `cargo bench --bench ldap -- 10000 1 2` takes 10,000 with two rounds of one
//! second. slapd is Debian's (`apt-get install slapd`); without it only one side is measured. The sides take turns within every
//! round, so that a slow spell of the machine hits both; medians are printed. Generator and server share the machine: processor time
//! an operation is the steadier figure.

#![allow(clippy::disallowed_methods)] // a benchmark reads the clock, starts programs and writes files

mod fleet;
mod load;
mod sides;
mod wire;

use load::{Figures, Work};
use sides::Side;
use std::io::Write as _;
use std::time::Duration;

/// What is done, and how many times as fast as slapd it has to be.
const WORKS: &[(Work, &str, f64)] = &[
    (Work::Bind, "bind", 2.0),
    (Work::Base, "base search", 2.5),
    (Work::Equality, "equality search", 2.5),
    (Work::Miss, "equality, no hit", 1.8),
    (Work::Pages, "paged scan, entries", 3.0),
    (Work::Add, "add", 4.0),
];
/// How many times as fast as `slapadd -q` a file is served.
const LOADING: f64 = 4.0;

fn main() {
    // Cargo passes `--bench`; what is a number is for this.
    let mut numbers = std::env::args().filter_map(|a| a.parse::<u32>().ok());
    let fleet = numbers.next().unwrap_or(100_000);
    let time = Duration::from_secs(numbers.next().unwrap_or(2).into());
    let rounds = numbers.next().unwrap_or(3).max(1);

    let folder = std::env::temp_dir().join(format!("tenantsim-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the run");
    let sides: Vec<Side> =
        [sides::slapd(&folder, fleet), Some(sides::tenantsim(&folder, fleet))].into_iter().flatten().collect();
    let names: Vec<_> = sides.iter().map(|s| s.name).collect();
    println!("{fleet} computers, {rounds} rounds of {} s, medians; {}", time.as_secs(), names.join(" and "));
    println!(
        "{:<22} {:>12} {:>12} {:>7} {:>5}  {:>9} {:>9}",
        "", "slapd", "tenantsim", "ratio", "bar", "slapd µs", "our µs"
    );
    loading(&sides, fleet);

    let mut measured: Vec<Vec<Vec<Figures>>> = vec![vec![Vec::new(); sides.len()]; WORKS.len()];
    for round in 0..rounds {
        for (work, measured) in WORKS.iter().zip(&mut measured) {
            for (side, measured) in sides.iter().zip(measured) {
                measured.push(load::run(work.0, side, fleet, round, time));
                eprint!(".");
                let _ = std::io::stderr().flush();
            }
        }
    }
    eprintln!();
    for ((_, name, bar), measured) in WORKS.iter().zip(&measured) {
        let all: Vec<_> = measured.iter().map(|m| (median(m, |f| f.rate), median(m, |f| f.cpu_micros))).collect();
        let (own, peer) = (all[all.len() - 1], (all.len() > 1).then(|| all[0]));
        line(name, peer.map(|p| p.0), own.0, peer.map(|p| own.0 / p.0), *bar, peer.map(|p| p.1), own.1);
    }
    drop(sides);
    let _ = std::fs::remove_dir_all(&folder);
}

/// From a file to the first answer: entries a second.
fn loading(sides: &[Side], fleet: u32) {
    let rate = |side: &Side| f64::from(fleet) / side.loading.as_secs_f64();
    let (own, peer) = (&sides[sides.len() - 1], (sides.len() > 1).then(|| &sides[0]));
    let per_entry = |side: &Side| side.loading.as_secs_f64() * 1e6 / f64::from(fleet);
    let ratio = peer.map(|p| rate(own) / rate(p));
    line("LDIF, entries", peer.map(rate), rate(own), ratio, LOADING, peer.map(per_entry), per_entry(own));
}

fn line(
    name: &str,
    peer: Option<f64>,
    own: f64,
    ratio: Option<f64>,
    bar: f64,
    peer_micros: Option<f64>,
    own_micros: f64,
) {
    let shown = |n: Option<f64>, digits| n.map_or_else(|| "-".to_owned(), |n| format!("{n:.digits$}"));
    let (peer, ratio, peer_micros) = (shown(peer, 0), shown(ratio, 2), shown(peer_micros, 2));
    println!("{name:<22} {peer:>12} {own:>12.0} {ratio:>7} {bar:>5}  {peer_micros:>9} {own_micros:>9.2}");
}

fn median(all: &[Figures], of: impl Fn(&Figures) -> f64) -> f64 {
    let mut all: Vec<_> = all.iter().map(of).collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
