//! How a device can fail, and what its screen says then.

use sim_graph::SignInRefusal;

/// A phase of the enrollment status page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EspPhase {
    /// Device setup.
    Device,
    /// Account setup.
    User,
}

/// Why a device stands at an error page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The services for signing in cannot be reached: OOBEIDPS.
    IdentityUnreachable,
    /// The sign-in, or the Entra join after it, was refused.
    SignIn(SignInRefusal),
    /// The clock is wrong by more than tokens take: 0xCAA82F8F.
    Clock,
    /// The page of the MDM terms of use cannot be opened.
    TermsOfUse,
    /// The trusted platform module could not be attested, with its code.
    Attestation(u32),
    /// Enrolment was refused, with its code.
    Enrolment(u32),
    /// No blob came in time: 0x80070774.
    OdjBlobTimedOut,
    /// The blob cannot be applied: what it names is gone. 0x80070002.
    BlobNotApplied,
    /// The blob came; no domain controller answered in time: 0x80070774.
    DomainControllerTimedOut,
    /// The build knows no hybrid join: 0x80070774. That this is the code is assumed.
    OldBuild,
    /// The enrollment status page ran out of time: 0x800705B4.
    EspTimedOut(EspPhase),
    /// A blocking app failed: 0x81036502.
    App(EspPhase),
}

impl Failure {
    /// The code on the screen; some pages have none.
    pub const fn code(self) -> Option<u32> {
        match self {
            Self::OdjBlobTimedOut | Self::DomainControllerTimedOut | Self::OldBuild => Some(0x8007_0774),
            Self::BlobNotApplied => Some(0x8007_0002),
            Self::Enrolment(code) | Self::Attestation(code) => Some(code),
            Self::EspTimedOut(_) => Some(0x8007_05b4),
            Self::App(_) => Some(0x8103_6502),
            Self::Clock => Some(0xcaa8_2f8f),
            Self::SignIn(refusal) => refusal.code(),
            Self::IdentityUnreachable | Self::TermsOfUse => None,
        }
    }

    /// What the page says, in our words with the service's own names.
    pub(crate) const fn page(self) -> (&'static str, &'static str) {
        match self {
            Self::IdentityUnreachable => ("error", "Something went wrong: OOBEIDPS"),
            Self::SignIn(refusal) => ("error", refusal.text()),
            Self::Clock => ("error", "Something went wrong: check the date and time"),
            Self::TermsOfUse => ("error", "Can't connect to the URL of your organisation's MDM terms of use"),
            Self::Attestation(_) => {
                ("error", "Securing your hardware failed; the steps after it: previous step failed")
            }
            Self::Enrolment(0x8018_0014) => ("error", "Your organisation does not support this version of Windows"),
            Self::EspTimedOut(EspPhase::Device) => ("enrollment status", "Setup could not be completed in time"),
            Self::EspTimedOut(EspPhase::User) => {
                ("enrollment status", "Account setup could not be completed in time: previous step failed")
            }
            Self::App(_) => ("enrollment status", "Setting up your device: apps failed"),
            _ => ("error", "Something went wrong"),
        }
    }
}

/// What the lock screen says to a refused sign-in, by its status.
pub(crate) const fn lock_screen(refused: Option<u32>) -> &'static str {
    match refused {
        None => "Sign in to the domain",
        Some(0xc000_018b) => "The trust relationship between this workstation and the primary domain failed",
        Some(0xc000_0133) => "The time on this device is different from that of the domain",
        Some(0xc000_006d | 0xc000_0072) => "The user name or password is incorrect, or the account is disabled",
        Some(_) => "We can't sign you in with this credential because your domain isn't available",
    }
}

/// What stands over the desktop when an app behind conditional access refused.
pub(crate) const fn desktop(refused: Option<u32>) -> &'static str {
    match refused {
        None => "",
        Some(53000) => "You can't get there from here: AADSTS53000",
        Some(53001) => "You can't get there from here: AADSTS53001",
        Some(_) => "You can't get there from here: AADSTS135011",
    }
}
