//! What anybody may read: configurations, hosts, and how a user signs in.

use super::endpoint::CONSUMERS;
use super::error::SignInError;
use super::{Directory, Protocol, Realm};
use serde_json::{Value, json};

/// The OpenID configuration of an authority. `root` is the address by which the client came.
///
/// # Errors
///
/// There is no such tenant.
pub fn configuration(
    directory: &Directory<'_>,
    segment: &str,
    protocol: Protocol,
    root: &str,
) -> Result<Value, SignInError> {
    let realm = Realm::of(segment, directory.tenant, directory.cx)?;
    // In addresses a tenant shows by its id, whatever it was asked for by.
    let (shown, issuer) = match realm {
        Realm::Tenant => (directory.tenant.id().to_string(), directory.tenant.id().to_string()),
        Realm::Consumers => (segment.to_owned(), CONSUMERS.to_string()),
        Realm::Any => (segment.to_ascii_lowercase(), "{tenantid}".to_owned()),
    };
    let base = format!("{root}/{shown}");
    let (path, issuer, keys) = match protocol {
        Protocol::V1 => ("oauth2", format!("https://sts.windows.net/{issuer}/"), "discovery/keys"),
        Protocol::V2 => {
            ("oauth2/v2.0", format!("https://login.microsoftonline.com/{issuer}/v2.0"), "discovery/v2.0/keys")
        }
    };
    Ok(json!({
        "token_endpoint": format!("{base}/{path}/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": format!("{base}/{keys}"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer,
        "request_uri_parameter_supported": false,
        "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
        "authorization_endpoint": format!("{base}/{path}/authorize"),
        "device_authorization_endpoint": format!("{base}/{path}/devicecode"),
        "http_logout_supported": true,
        "frontchannel_logout_supported": true,
        "end_session_endpoint": format!("{base}/{path}/logout"),
        "claims_supported": [
            "sub", "iss", "cloud_instance_name", "cloud_instance_host_name", "cloud_graph_host_name", "msgraph_host",
            "aud", "exp", "iat", "auth_time", "acr", "nonce", "preferred_username", "name", "tid", "ver", "at_hash",
            "c_hash", "email"
        ],
        "tenant_region_scope": if realm == Realm::Tenant { json!("EU") } else { Value::Null },
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net",
    }))
}

/// Clouds, by the hosts that are the same: the preferred one, the one that caches go by, all of them.
///
/// Source: the list that MSAL libraries carry.
const CLOUDS: &[(&str, &str, &[&str])] = &[
    (
        "login.microsoftonline.com",
        "login.windows.net",
        &["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"],
    ),
    (
        "login.partner.microsoftonline.cn",
        "login.partner.microsoftonline.cn",
        &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
    ),
    ("login.microsoftonline.us", "login.microsoftonline.us", &["login.microsoftonline.us", "login.usgovcloudapi.net"]),
    ("login-us.microsoftonline.com", "login-us.microsoftonline.com", &["login-us.microsoftonline.com"]),
];

/// Which hosts belong together, and where the configuration of an authority is. None if the authority's host is not among them
/// and is not `own`, the host by which the client came.
pub fn instance(authority: &str, own: &str) -> Option<Value> {
    let (host, path) = authority.split_once("://").map(|(_, rest)| rest.split_once('/').unwrap_or((rest, "")))?;
    let segment = path.split('/').next().filter(|segment| !segment.is_empty()).unwrap_or("common");
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let known = CLOUDS.iter().any(|(_, _, aliases)| aliases.iter().any(|a| a.eq_ignore_ascii_case(name)));
    if !known && !host.eq_ignore_ascii_case(own) {
        return None;
    }
    let v2 = if path.to_ascii_lowercase().contains("v2.0") { "/v2.0" } else { "" };
    let mut metadata: Vec<Value> = CLOUDS
        .iter()
        .map(|(network, cache, aliases)| {
            json!({ "preferred_network": network, "preferred_cache": cache, "aliases": aliases })
        })
        .collect();
    if !known {
        metadata.push(json!({ "preferred_network": own, "preferred_cache": own, "aliases": [own] }));
    }
    Some(json!({
        "tenant_discovery_endpoint": format!("https://{host}/{segment}{v2}/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": metadata,
    }))
}

/// How a user signs in, in the form of a version of the interface.
pub fn user_realm(directory: &Directory<'_>, upn: &str, version: &str) -> Value {
    let domain = upn.rsplit_once('@').map_or("", |(_, domain)| domain);
    let tenant = directory.tenant;
    let ours = tenant.domains().iter().any(|d| directory.text(d.name).eq_ignore_ascii_case(domain));
    let federated = directory.is_federated(upn);
    let kind = match (ours, federated) {
        (false, _) => "Unknown",
        (true, false) => "Managed",
        (true, true) => "Federated",
    };
    let mut realm = if version.starts_with("1") {
        json!({ "ver": "1.0", "account_type": kind })
    } else {
        json!({ "Login": upn, "NameSpaceType": kind })
    };
    if ours {
        realm[if version.starts_with("1") { "domain_name" } else { "DomainName" }] = domain.into();
    }
    if federated {
        // Federation servers stand beside the domain by this name, in the vendor's examples.
        let server = format!("sts.{domain}");
        if version.starts_with("1") {
            realm["federation_protocol"] = "WSTrust".into();
            realm["federation_metadata_url"] = format!("https://{server}/adfs/services/trust/mex").into();
            realm["federation_active_auth_url"] =
                format!("https://{server}/adfs/services/trust/2005/usernamemixed").into();
        } else {
            realm["AuthURL"] = format!("https://{server}/adfs/ls/").into();
            realm["FederationGlobalVersion"] = (-1).into();
        }
        realm["FederationBrandName"] = directory.text(tenant.name()).into();
    }
    if version.starts_with("1") {
        realm["cloud_instance_name"] = "microsoftonline.com".into();
        realm["cloud_audience_urn"] = "urn:federation:MicrosoftOnline".into();
    } else {
        realm["CloudInstanceName"] = "microsoftonline.com".into();
        realm["CloudInstanceIssuerUri"] = "urn:federation:MicrosoftOnline".into();
    }
    realm
}
