//! Throttling: token buckets, as the service publishes them.
//!
//! A bucket holds what may be spent at once and fills up evenly over its period. Time is the wall time at which a request
//! was received, in milliseconds, and is handed in: what clients do in a hurry is judged by their own clock.
//!
//! Source: Graph's pages on throttling limits (identity and access, Intune, audit logs) and on throttling; the body of a 429
//! from the same page. What is charged to which bucket where several exist is as published; that refusals cost nothing is
//! assumed.

use super::{Ids, Reply};
use crate::TenantKnobs;
use sim_core::{Guid, SimTime};
use std::collections::BTreeMap;

/// What was spent so far.
#[derive(Debug, Clone, Default)]
pub struct Throttle {
    buckets: BTreeMap<(&'static str, Guid), Bucket>,
}

/// One bucket, in thousandths of a unit.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    left: u64,
    at: u64,
}

/// The limits of a tenant of some size.
#[derive(Debug, Clone, Copy)]
pub struct Limits<'a> {
    /// The published numbers.
    pub knobs: &'a TenantKnobs,
    /// How many users the tenant has: the directory's limits depend on it.
    pub users: usize,
}

/// Who spends.
#[derive(Debug, Clone, Copy)]
pub struct Spender {
    /// The application.
    pub app: Guid,
    /// The tenant.
    pub tenant: Guid,
}

/// What a request came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may go on. With the headers that its answer gets.
    Passed(Vec<(&'static str, String)>),
    /// It is refused.
    Throttled(Throttled),
}

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Throttled {
    /// Milliseconds until it would pass.
    pub retry_after: u64,
    /// `x-ms-throttle-scope`.
    pub scope: String,
    /// `x-ms-throttle-information`.
    pub information: &'static str,
}

/// A bucket that a request takes from.
struct Take {
    name: &'static str,
    whose: Guid,
    /// Units in the whole bucket.
    holds: u64,
    /// Milliseconds in which it fills.
    fills: u64,
    cost: u64,
    /// `Application`, `Tenant` or `ApplicationTenant`, and `ReadWrite` or `Write`, as the header has them.
    scope: &'static str,
    information: &'static str,
}

const SECOND: u64 = 1_000;

impl Throttle {
    /// Spends what a request costs, unless there is not enough.
    pub fn spend(&mut self, limits: Limits<'_>, who: Spender, method: &str, target: &str, now: u64) -> Verdict {
        let (takes, units) = takes(limits, who, method, target);
        let mut fullest = 0.0_f64;
        for take in &takes {
            let left = self.left(take, now);
            let cost = take.cost * 1000;
            if left < cost {
                let rate = (take.holds * 1000 / take.fills).max(1);
                let scope = format!("{}/{}/{}", take.scope, who.app, who.tenant);
                let retry_after = (cost - left).div_ceil(rate);
                return Verdict::Throttled(Throttled { retry_after, scope, information: take.information });
            }
            let used = take.holds * 1000 - (left - cost);
            fullest = fullest.max(percentage(used, take.holds * 1000));
        }
        for take in &takes {
            let left = self.left(take, now) - take.cost * 1000;
            self.buckets.insert((take.name, take.whose), Bucket { left, at: now });
        }
        let mut headers = Vec::new();
        if let Some(units) = units {
            headers.push(("x-ms-resource-unit", units.to_string()));
        }
        if fullest > 0.8 {
            headers.push(("x-ms-throttle-limit-percentage", format!("{fullest:.2}")));
        }
        Verdict::Passed(headers)
    }

    fn left(&self, take: &Take, now: u64) -> u64 {
        let full = take.holds * 1000;
        let Some(bucket) = self.buckets.get(&(take.name, take.whose)) else { return full };
        let filled = now.saturating_sub(bucket.at).saturating_mul(full) / take.fills;
        bucket.left.saturating_add(filled).min(full)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a share of a bucket, shown with two decimals")]
fn percentage(used: u64, full: u64) -> f64 {
    used as f64 / full.max(1) as f64
}

impl Throttled {
    /// The answer.
    pub fn reply(&self, ids: Ids, now: SimTime) -> Reply {
        let date = now.to_string();
        // This date has no zone, and whole seconds.
        let date = date.get(..19).unwrap_or(&date);
        let body = format!(
            "{{\"error\":{{\"code\":\"TooManyRequests\",\"innerError\":{{\"code\":\"429\",\"date\":\"{date}\",\
             \"message\":\"Please retry after\",\"request-id\":\"{}\",\"client-request-id\":\"{}\",\"status\":\"429\"}},\
             \"message\":\"Please retry again later.\"}}}}",
            ids.request, ids.client_request
        );
        let seconds = format!("{}.{:03}", self.retry_after / 1000, self.retry_after % 1000);
        let headers = vec![
            // Seconds, with a fraction if there is one.
            ("retry-after", seconds.trim_end_matches('0').trim_end_matches('.').to_owned()),
            ("x-ms-throttle-scope", self.scope.clone()),
            ("x-ms-throttle-information", self.information.to_owned()),
        ];
        Reply { status: 429, content_type: "application/json", body, headers }
    }
}

/// The buckets of a request, and its resource units if it is one of the directory.
fn takes(limits: Limits<'_>, who: Spender, method: &str, target: &str) -> (Vec<Take>, Option<u64>) {
    let Limits { knobs, users } = limits;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let segments: Vec<String> =
        path.split('/').filter(|s| !s.is_empty()).skip(1).map(str::to_ascii_lowercase).collect();
    let segment = |nth: usize| segments.get(nth).map_or("", String::as_str);
    let writes = method != "GET";
    let take = |name, whose, holds: u32, seconds: u64, cost, scope, information| Take {
        name,
        whose,
        holds: u64::from(holds),
        fills: seconds * SECOND,
        cost,
        scope,
        information,
    };
    const READS: &str = "ResourceUnitLimitExceeded";
    const WRITES: &str = "WriteLimitExceeded";
    if segment(0) == "auditlogs" {
        let audit = take("audit", who.app, knobs.throttle_audit, 10, 1, "ApplicationTenant/ReadWrite", READS);
        return (vec![audit], None);
    }
    if segment(0) == "devicemanagement" {
        let devices = segment(1).starts_with("manageddevices") || segment(1).starts_with("comanageddevices");
        let (app, app_writes, tenant, tenant_writes) = if devices {
            let (reads, writes) = (knobs.throttle_managed_devices, knobs.throttle_managed_devices_writes);
            (reads, writes, reads.saturating_mul(2), writes.saturating_mul(2))
        } else {
            let (reads, writes) = (knobs.throttle_intune, knobs.throttle_intune_writes);
            (reads, writes, reads.saturating_mul(2), writes.saturating_mul(2))
        };
        let names = if devices {
            ["devices", "devices w", "devices t", "devices t w"]
        } else {
            ["intune", "intune w", "intune t", "intune t w"]
        };
        let mut takes = vec![
            take(names[0], who.app, app, 20, 1, "ApplicationTenant/ReadWrite", READS),
            take(names[2], who.tenant, tenant, 20, 1, "Tenant/ReadWrite", READS),
        ];
        if writes {
            takes.push(take(names[1], who.app, app_writes, 20, 1, "ApplicationTenant/Write", WRITES));
            takes.push(take(names[3], who.tenant, tenant_writes, 20, 1, "Tenant/Write", WRITES));
        }
        return (takes, None);
    }
    let cost = units(&segments, query, writes);
    let size = match users {
        0..50 => knobs.throttle_identity_small,
        50..=500 => knobs.throttle_identity_medium,
        _ => knobs.throttle_identity_large,
    };
    let mut takes = vec![
        take("identity", who.app, size, 10, cost, "ApplicationTenant/ReadWrite", READS),
        take("identity app", who.app, knobs.throttle_identity_app, 20, cost, "Application/ReadWrite", READS),
    ];
    if writes {
        let scope = "ApplicationTenant/Write";
        takes.push(take("identity w", who.app, knobs.throttle_identity_writes, 150, 1, scope, WRITES));
        let tenant = knobs.throttle_identity_tenant_writes;
        takes.push(take("identity t w", who.tenant, tenant, 300, 1, "Tenant/Write", WRITES));
    }
    (takes, Some(cost))
}

/// Resource units of a request to the directory.
fn units(segments: &[String], query: &str, writes: bool) -> u64 {
    let names: Vec<&str> = segments.iter().map(|s| s.split('(').next().unwrap_or_default()).collect();
    let base: i64 = match names.as_slice() {
        [.., "transitivemembers"] => 5,
        [.., last] if last.contains("checkmember") => 4,
        [.., last] if last.contains("getmember") => 2,
        ["groups", _, "members"] | ["subscribedskus", ..] => 3,
        [.., last] if last.contains("getbyids") => 3,
        [.., "memberof"] | ["users"] => 2,
        _ => 1,
    };
    if writes {
        return base.unsigned_abs();
    }
    let option = |name: &str| {
        query.split('&').find_map(|part| {
            part.trim_start_matches("%24").trim_start_matches('$').strip_prefix(name)?.strip_prefix('=')
        })
    };
    let mut units = base;
    units -= i64::from(option("select").is_some());
    units += i64::from(option("expand").is_some());
    units -= i64::from(option("top").and_then(|top| top.parse::<u32>().ok()).is_some_and(|top| top < 20));
    units.max(1).unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: Spender = Spender { app: Guid::from_u128(1), tenant: Guid::from_u128(2) };

    fn limits(knobs: &TenantKnobs) -> Limits<'_> {
        Limits { knobs, users: 10 }
    }

    /// How many of such requests pass at one instant.
    fn passes(throttle: &mut Throttle, method: &str, target: &str, now: u64) -> usize {
        let knobs = TenantKnobs::default();
        (0..100_000)
            .take_while(|_| matches!(throttle.spend(limits(&knobs), WHO, method, target, now), Verdict::Passed(_)))
            .count()
    }

    #[test]
    fn buckets_of_the_published_sizes() {
        let table = [
            ("GET", "/v1.0/devices", 3500),
            ("GET", "/v1.0/users", 1750),
            ("GET", "/v1.0/users?$select=id", 3500),
            ("GET", "/v1.0/groups/x/transitiveMembers?$top=5", 875),
            ("PATCH", "/v1.0/devices/x", 3000),
            ("GET", "/beta/deviceManagement/windowsAutopilotDeviceIdentities", 1000),
            ("DELETE", "/beta/deviceManagement/windowsAutopilotDeviceIdentities/x", 100),
            ("GET", "/v1.0/deviceManagement/managedDevices", 2000),
            ("POST", "/v1.0/deviceManagement/managedDevices/x/wipe", 200),
            ("GET", "/v1.0/auditLogs/directoryAudits", 5),
        ];
        for (method, target, expected) in table {
            assert_eq!(passes(&mut Throttle::default(), method, target, 0), expected, "{method} {target}");
        }
    }

    #[test]
    fn buckets_fill_up_again() {
        let (mut throttle, knobs) = (Throttle::default(), TenantKnobs::default());
        let target = "/v1.0/deviceManagement/deviceConfigurations";
        assert_eq!(passes(&mut throttle, "GET", target, 0), 1000);
        let Verdict::Throttled(refused) = throttle.spend(limits(&knobs), WHO, "GET", target, 0) else {
            panic!("nothing is left")
        };
        assert_eq!((refused.retry_after, refused.information), (20, "ResourceUnitLimitExceeded"));
        let reply = refused.reply(Ids::default(), SimTime::FIRST);
        assert_eq!(reply.headers[0], ("retry-after", "0.02".to_owned()));
        assert!(
            serde_json::from_str::<serde_json::Value>(&reply.body)
                .is_ok_and(|b| b["error"]["innerError"]["status"] == "429")
        );
        assert_eq!(passes(&mut throttle, "GET", target, 10), 0);
        assert_eq!(passes(&mut throttle, "GET", target, 2_000), 100);
        assert_eq!(passes(&mut throttle, "GET", target, 60_000), 1000);
        // Another application has buckets of its own, but the tenant's are shared.
        let other = Spender { app: Guid::from_u128(3), ..WHO };
        assert!(matches!(throttle.spend(limits(&knobs), other, "GET", target, 60_000), Verdict::Passed(_)));
    }

    #[test]
    fn a_full_bucket_is_announced() {
        let (mut throttle, knobs) = (Throttle::default(), TenantKnobs::default());
        let mut last = Verdict::Passed(Vec::new());
        for _ in 0..900 {
            last = throttle.spend(limits(&knobs), WHO, "GET", "/v1.0/deviceManagement/deviceConfigurations", 0);
        }
        assert_eq!(last, Verdict::Passed(vec![("x-ms-throttle-limit-percentage", "0.90".to_owned())]));
    }
}
