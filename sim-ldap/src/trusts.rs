//! Trusts between domains: those that domains of one forest have with each other, and declared ones with domains elsewhere.

use crate::build::Builder;
use crate::entry::Entry;
use crate::forest::{Domain, ForestSpec, SpecError, TrustDirection, TrustSpec, well_known};
use crate::schema::{attr, class};
use crate::sid::Sid;
use crate::text;
use crate::value::Value;
use sim_core::{Id, Key, Purpose};

const PARTNERS: Purpose = Purpose::named("SID of a trusted domain");

/// Between domains with Active Directory (TRUST_TYPE_UPLEVEL).
const UPLEVEL: i64 = 2;
/// `trustAttributes` (MS-ADTS 6.1.6.7.9): what a trust with another domain filters, what one with a forest passes on, and one
/// within the forest.
const QUARANTINED: i64 = 0x4;
const FOREST_TRANSITIVE: i64 = 0x8;
const WITHIN_FOREST: i64 = 0x20;

/// The other side of a trust.
struct Partner<'a> {
    dns: &'a str,
    netbios: &'a str,
    sid: Sid,
    direction: TrustDirection,
    attributes: i64,
}

/// Whether each trust has one end here and one elsewhere.
pub(crate) fn validate(spec: &ForestSpec) -> Result<(), SpecError> {
    let known = |name: &str| spec.domains.iter().any(|d| text::same(&d.dns, name));
    for (i, trust) in spec.trusts.iter().enumerate() {
        let TrustSpec { domain, partner, .. } = trust;
        if !known(domain) || known(partner) {
            return Err(SpecError::Trust(domain.clone(), partner.clone()));
        }
        if !partner.contains('.') || partner.split('.').any(str::is_empty) {
            return Err(SpecError::DomainName(partner.clone()));
        }
        let same = |t: &&TrustSpec| text::same(&t.domain, domain) && text::same(&t.partner, partner);
        if spec.trusts[..i].iter().any(|t| same(&t)) {
            return Err(SpecError::Twice(partner.clone()));
        }
    }
    Ok(())
}

impl Builder<'_, '_> {
    /// The objects of all trusts. A domain trusts the one above it; one without such trusts the forest's root.
    pub(crate) fn trusts(&mut self, spec: &ForestSpec) {
        let domains: Vec<(Id<Domain>, Domain)> = self.at.forest.domains.iter().map(|(id, d)| (id, d.clone())).collect();
        for (id, domain) in domains.iter().skip(1) {
            let above = domain.dns.split_once('.').map(|(_, rest)| rest);
            let parent = domains.iter().find(|(_, d)| Some(d.dns.as_str()) == above).unwrap_or(&domains[0]);
            for (from, to) in [(*id, &parent.1), (parent.0, domain)] {
                let (dns, netbios, sid) = (&*to.dns, &*to.netbios, to.sid);
                let direction = TrustDirection::Both;
                self.trust(from, &Partner { dns, netbios, sid, direction, attributes: WITHIN_FOREST });
            }
        }
        for trust in &spec.trusts {
            let Some(domain) = self.at.forest.find_domain(&trust.domain) else { continue };
            let label = trust.partner.split('.').next().unwrap_or_default().to_uppercase();
            let netbios = trust.netbios.clone().unwrap_or_else(|| label.chars().take(15).collect());
            let dns = trust.partner.to_lowercase();
            let mut draw = self.cx.draw(PARTNERS, Key::of("domain", &dns), 0);
            let mut sub = || (draw.below((1 << 32) - 1) + 1) as u32;
            let sid = Sid::of_domain(sub(), sub(), sub());
            let attributes = if trust.forest { FOREST_TRANSITIVE } else { QUARANTINED };
            let direction = trust.direction;
            self.trust(domain, &Partner { dns: &dns, netbios: &netbios, sid, direction, attributes });
        }
    }

    fn trust(&mut self, domain: Id<Domain>, with: &Partner<'_>) {
        let Some(container): Option<Id<Entry>> = self.at.forest.well_known(domain, well_known::SYSTEMS) else { return };
        let attrs = vec![
            (attr::TRUST_PARTNER, vec![with.dns.into()]),
            (attr::FLAT_NAME, vec![with.netbios.into()]),
            (attr::TRUST_DIRECTION, vec![Value::Int(with.direction as i64)]),
            (attr::TRUST_TYPE, vec![Value::Int(UPLEVEL)]),
            (attr::TRUST_ATTRIBUTES, vec![Value::Int(with.attributes)]),
            (attr::SECURITY_IDENTIFIER, vec![with.sid.into()]),
            (attr::SHOW_IN_ADVANCED, vec![Value::Flag(true)]),
            (attr::IS_CRITICAL, vec![Value::Flag(true)]),
        ];
        self.add(container, class::TRUSTED_DOMAIN, with.dns, attrs);
    }
}
