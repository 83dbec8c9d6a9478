//! Keys of tenant-wide settings, apps and what users' sign-ins depend on.

use crate::scenario::document::{OneOrMany, Spanned, section, words};

section! {
    /// An MDM application beside Intune.
    pub struct OtherMdm {
        /// Its name.
        name: Spanned<String>,
        /// Its user scope: `all`, `none`, or groups of users.
        scope: OneOrMany<Spanned<String>>,
    }
}

section! {
    /// A platform restriction for Windows. The first that is for a user counts.
    pub struct Restriction {
        /// Groups of users it is for; everybody by default, which is the default restriction and comes last.
        users: OneOrMany<Spanned<String>> = OneOrMany(Vec::new()),
        /// Whether Windows (MDM) is blocked.
        blocked: bool = false,
        /// Whether personally owned Windows devices are blocked.
        personal_blocked: bool = false,
        /// The oldest build that may enrol.
        min_build: u32 = 0,
        /// The newest build that may enrol.
        max_build: u32 = 0,
    }
}

section! {
    /// Tenant-wide settings that sign-in and enrolment look at. What is not given stays as it is.
    pub struct Policies {
        /// Who gets automatic MDM enrolment: `all`, `none`, or groups of users.
        mdm_scope: Option<OneOrMany<Spanned<String>>>,
        /// The MAM user scope: `all`, `none`, or groups of users. On devices that are not corporate it wins.
        mam_scope: Option<OneOrMany<Spanned<String>>>,
        /// The MDM terms of use URL: `default`, `blank`, or another address, which leads nowhere.
        mdm_terms_of_use_url: Option<Spanned<String>>,
        /// The MDM discovery URL: `default`, `blank`, or another address, which leads nowhere.
        mdm_discovery_url: Option<Spanned<String>>,
        /// The MDM compliance URL: `default`, `blank`, or another address. Nothing in an enrolment needs it.
        mdm_compliance_url: Option<Spanned<String>>,
        /// MDM applications beside Intune.
        other_mdm: Option<Vec<Spanned<OtherMdm>>>,
        /// Platform restrictions by priority. Changes bite after a while (knob `restriction_change`).
        restrictions: Option<Vec<Spanned<Restriction>>>,
        /// How many devices a user may enrol in Intune.
        enrollment_limit: Option<u32>,
        /// Who may join devices to Entra ID: `all`, `none`, or groups of users.
        may_join: Option<OneOrMany<Spanned<String>>>,
        /// How many devices a user may join or register.
        device_quota: Option<u32>,
        /// Whether conditional access asks for terms of use.
        terms_of_use: Option<bool>,
        /// Whether conditional access asks for a second factor.
        require_mfa: Option<bool>,
        /// Whether conditional access asks for a compliant device at all apps.
        require_compliant: Option<bool>,
    }
}

words! {
    /// How a person proves who they are.
    pub enum SignInKind {
        /// A password, with a second factor where one is asked for.
        password => Password,
        /// A temporary access pass.
        temporary_access_pass => TemporaryAccessPass,
        /// A security key.
        security_key => SecurityKey,
        /// A smart card or another certificate of the user. OOBE does not take it.
        certificate => Certificate,
        /// An account of a person's own. OOBE of an organisation's device does not take it.
        consumer => Consumer,
    }
}

section! {
    /// A change of a user. What is not given stays as it is.
    pub struct UserChange {
        /// Who, by user principal name.
        upn: Spanned<String>,
        /// Whether the account is enabled in the cloud.
        enabled: Option<bool>,
        /// Whether it belongs to another organisation.
        foreign: Option<bool>,
        /// How they prove who they are.
        sign_in: Option<SignInKind>,
        /// Whether they can answer for a second factor.
        second_factor: Option<bool>,
        /// Whether they accept terms of use.
        accepts_terms: Option<bool>,
        /// Whether they are an Intune or a global administrator.
        administrator: Option<bool>,
    }
}
