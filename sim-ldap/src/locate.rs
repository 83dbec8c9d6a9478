//! Finding a controller: by domain and site, as DNS records and the locator do (MS-ADTS 6.3).

use crate::forest::{Controller, Forest, Site};
use crate::kinds::CONTROLLER_DOWN;
use sim_core::chance::mix;
use sim_core::{Cx, Id, Key, SimTime, Sym};
use std::net::Ipv4Addr;

impl Forest {
    /// A controller of a domain that answers: one of the site if there is one, else any. Which of several, the key decides, so
    /// that many clients spread. `None` if the domain is not known or nobody answers.
    pub fn find_controller(&self, domain: &str, site: Option<Id<Site>>, key: Key, cx: &Cx) -> Option<Id<Controller>> {
        self.locate(domain, site, key, cx).into_iter().next()
    }

    /// All controllers of a domain that answer, in the order in which a client tries them: its own site first.
    pub fn locate(&self, domain: &str, site: Option<Id<Site>>, key: Key, cx: &Cx) -> Vec<Id<Controller>> {
        let Some(domain) = self.find_domain(domain) else { return Vec::new() };
        let all = self.controllers.iter().filter(|(_, c)| c.domain == domain);
        let mut all: Vec<_> = all.filter(|(_, c)| self.is_up(c, cx)).collect();
        all.sort_by_key(|(_, c)| (site.is_some() && site != Some(c.site), mix(key.0, cx.names.hash(c.name))));
        all.into_iter().map(|(id, _)| id).collect()
    }

    /// Whether a controller answers now.
    pub fn is_up(&self, controller: &Controller, cx: &Cx) -> bool {
        cx.faults.holding(CONTROLLER_DOWN, controller.name, cx.now()).is_none()
    }

    /// From when on a controller answers, now or later.
    pub fn up_from(&self, controller: &Controller, cx: &Cx) -> SimTime {
        cx.faults.clear_from(CONTROLLER_DOWN, controller.name, cx.now())
    }

    /// The site of an address, by the longest prefix of a subnet.
    pub fn site_of(&self, address: Ipv4Addr) -> Option<Id<Site>> {
        let address = u32::from(address);
        let nets = self.sites.iter().flat_map(|(id, s)| s.subnets.iter().map(move |n| (id, n)));
        let within = nets.filter(|(_, (net, len))| address & mask(*len) == net & mask(*len));
        within.max_by_key(|(_, (_, len))| *len).map(|(id, _)| id)
    }

    /// The host name of a controller with its domain.
    pub fn host_name(&self, id: Id<Controller>) -> Sym {
        self.controllers[id].dns
    }
}

fn mask(len: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(len.min(32))).unwrap_or(0)
}

/// Whether a text is a subnet such as `10.1.0.0/16`.
pub fn is_subnet(text: &str) -> bool {
    parse_subnet(text).is_some()
}

/// `10.1.0.0/16`.
pub(crate) fn parse_subnet(text: &str) -> Option<(u32, u8)> {
    let (net, len) = text.split_once('/')?;
    let len: u8 = len.parse().ok().filter(|l| *l <= 32)?;
    Some((u32::from(net.parse::<Ipv4Addr>().ok()?), len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subnets_are_prefixes() {
        assert_eq!(parse_subnet("10.1.0.0/16"), Some((0x0a01_0000, 16)));
        assert_eq!(parse_subnet("10.1.0.0/33"), None);
        assert_eq!((mask(0), mask(16), mask(32)), (0, 0xffff_0000, u32::MAX));
    }
}
