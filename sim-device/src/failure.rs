//! How a device can fail, and what its screen says then.

use sim_graph::SignInRefusal;

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
    EspTimedOut,
    /// A required app failed with its own code; the page shows 0x81036502.
    AppFailed(u32),
}

impl Failure {
    /// The code on the screen; some pages have none.
    pub const fn code(self) -> Option<u32> {
        match self {
            Self::OdjBlobTimedOut | Self::DomainControllerTimedOut | Self::OldBuild => Some(0x8007_0774),
            Self::BlobNotApplied => Some(0x8007_0002),
            Self::Enrolment(code) | Self::Attestation(code) => Some(code),
            Self::EspTimedOut => Some(0x8007_05b4),
            Self::AppFailed(_) => Some(0x8103_6502),
            Self::Clock => Some(0xcaa8_2f8f),
            Self::SignIn(refusal) => refusal.code(),
            Self::IdentityUnreachable | Self::TermsOfUse => None,
        }
    }

    /// Whether it is the enrollment status page that shows it.
    pub const fn is_of_status_page(self) -> bool {
        matches!(self, Self::EspTimedOut | Self::AppFailed(_))
    }

    /// Whether its page, which is not the status page, has a button for another try.
    pub const fn may_be_tried_again(self) -> bool {
        matches!(
            self,
            Self::IdentityUnreachable
                | Self::SignIn(_)
                | Self::Clock
                | Self::TermsOfUse
                | Self::Attestation(_)
                | Self::Enrolment(_)
        )
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
            Self::EspTimedOut => ("enrollment status", "Setup could not be completed in time"),
            Self::AppFailed(_) => ("enrollment status", "Setup could not be completed: apps failed"),
            _ => ("error", "Something went wrong"),
        }
    }
}

/// What the lock screen says to a refused sign-in, by its status.
pub(crate) const fn lock_screen(refused: Option<u32>) -> &'static str {
    match refused {
        None => "Sign in",
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
