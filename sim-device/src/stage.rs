//! Where a device is between its first power-on and its user's desktop: one enum, one transition function, effects as data.

use crate::esp::{Button, EspPhase};
use crate::failure::{Failure, desktop, lock_screen};
use sim_core::{SimDuration, SimTime, Sym};

/// A device's stage, in the user-driven journey and in pre-provisioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Never powered on in this life.
    Off,
    /// In OOBE, on its way to a network.
    Connecting,
    /// Asks the Autopilot service for its profile.
    LookingUpProfile,
    /// Securing your hardware: the trusted platform module is attested, in pre-provisioning.
    SecuringHardware,
    /// The ordinary set-up, unbranded: there was no profile to be had.
    ConsumerSetup,
    /// The branded sign-in page.
    SigningIn,
    /// Enrols in MDM.
    Enrolling,
    /// The please-wait page: waits for the offline domain join blob.
    AwaitingOdjBlob {
        /// Then it gives up.
        until: SimTime,
    },
    /// Applies the blob.
    ApplyingBlob {
        /// Then it gives up.
        until: SimTime,
    },
    /// Looks for a domain controller.
    AwaitingDomainController {
        /// Then it gives up.
        until: SimTime,
    },
    /// Restarts as a member of the domain.
    Restarting,
    /// Device preparation of the enrollment status page.
    DevicePreparation {
        /// The limit of the whole page.
        until: SimTime,
    },
    /// Device setup of the enrollment status page.
    DeviceSetup {
        /// The limit of the whole page.
        until: SimTime,
    },
    /// Restarts at the end of device setup, because something asked for it.
    SetupRestart,
    /// The green page at the end of pre-provisioning, until somebody reseals and the user switches on.
    Provisioned,
    /// The lock screen, before the first sign-in with the account of the domain.
    AdSignIn,
    /// User phase of the enrollment status page.
    AccountSetup {
        /// The limit of the whole page.
        until: SimTime,
        /// Whether hybrid registration, which it waits for, is done.
        registered: bool,
    },
    /// The pages are done.
    Finishing,
    /// The desktop.
    Desktop,
    /// An error page.
    Failed(Failure),
}

/// What reaches a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Its network works.
    Online,
    /// It has been waiting for something that its own timer ends.
    TimerRang,
    /// The Autopilot service answered with a profile.
    Profile,
    /// The Autopilot service has none for it.
    NoProfile,
    /// The user has a token.
    SignedIn,
    /// Intune enrolled it.
    Enrolled,
    /// Intune or something before it refused.
    Refused(Failure),
    /// The blob came.
    OdjBlob,
    /// A domain controller answered the ping.
    DcAnswered,
    /// None did.
    DcSilent,
    /// Hybrid registration is done.
    Registered,
    /// The trusted platform module is attested.
    Attested,
    /// All that a phase of the enrollment status page waited for is there.
    PhaseDone {
        /// Whether something asked for a restart.
        restart: bool,
    },
    /// Somebody pressed a button of the error page, in that phase of the enrollment status page if it is one's.
    Pressed(Button, Option<EspPhase>),
}

/// What of a device's settings its transitions look at.
#[derive(Debug, Clone, Copy)]
pub struct StageCx {
    /// Now.
    pub now: SimTime,
    /// Whether its profile says hybrid join.
    pub hybrid: bool,
    /// Whether its profile skips the connectivity check.
    pub skip_connectivity_check: bool,
    /// Whether a technician provisions the device.
    pub technician: bool,
    /// Whether that was done before, and the device is with its user now.
    pub provisioned: bool,
    /// Whether there is an enrollment status page.
    pub esp: bool,
    /// Whether that has a user phase.
    pub esp_user_phase: bool,
    /// The limit of the enrollment status page, hybrid extra included.
    pub esp_limit: SimDuration,
    /// The limit of the hybrid wait.
    pub odj_wait: SimDuration,
    /// Whether hybrid registration is done.
    pub registered: bool,
}

/// What a transition asks for. The caller delivers the effects, in order, at the same instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Look up the profile.
    LookUpProfile,
    /// Attest the trusted platform module.
    SecureHardware,
    /// Have the user sign in.
    SignIn,
    /// Enrol.
    Enroll,
    /// Begin to check in for the domain join.
    StartCheckIns,
    /// Stop doing so, and let the request go.
    StopCheckIns,
    /// Apply the blob.
    ApplyBlob,
    /// Look for a domain controller.
    PingDomainController,
    /// Say that the check is skipped.
    SkipDomainController,
    /// The blob is applied; in pre-provisioning no controller is looked for.
    BlobApplied,
    /// Restart.
    Restart,
    /// Begin a phase of the enrollment status page.
    BeginPhase(EspPhase),
    /// Begin it once more.
    RetryPhase,
    /// Restart at the end of device setup.
    SetupRestart,
    /// The green page appears.
    ShowProvisioned,
    /// Wait for a sign-in with the account of the domain.
    AdSignIn,
    /// The user phase waits for hybrid registration.
    AwaitRegistration,
    /// Show the desktop after a moment.
    Finish,
    /// The desktop is there.
    ShowDesktop,
    /// The ordinary set-up appears.
    ConsumerSetup,
    /// An error page appears.
    Fail(Failure),
    /// Something came that means nothing here.
    Ignored,
}

impl Stage {
    /// One transition.
    pub fn on(self, input: Input, cx: &StageCx, out: &mut Vec<Effect>) -> Self {
        match (self, input) {
            (Self::Connecting, Input::Online) if cx.provisioned => Self::with_its_user(cx, out),
            (Self::Connecting, Input::Online) => to(Self::LookingUpProfile, Effect::LookUpProfile, out),
            (Self::LookingUpProfile, Input::Profile) if cx.technician => {
                to(Self::SecuringHardware, Effect::SecureHardware, out)
            }
            (Self::LookingUpProfile, Input::Profile) => to(Self::SigningIn, Effect::SignIn, out),
            (Self::LookingUpProfile, Input::NoProfile) => to(Self::ConsumerSetup, Effect::ConsumerSetup, out),
            (Self::SecuringHardware, Input::Attested) => to(Self::Enrolling, Effect::Enroll, out),
            (Self::SigningIn, Input::SignedIn) if cx.provisioned => Self::after_join(cx, out),
            (Self::SigningIn, Input::SignedIn) => to(Self::Enrolling, Effect::Enroll, out),
            (
                Self::LookingUpProfile
                | Self::SecuringHardware
                | Self::SigningIn
                | Self::Enrolling
                | Self::ApplyingBlob { .. },
                Input::Refused(failure),
            ) => fail(failure, out),
            (Self::Enrolling, Input::Enrolled) if cx.hybrid => {
                to(Self::AwaitingOdjBlob { until: cx.now + cx.odj_wait }, Effect::StartCheckIns, out)
            }
            (Self::Enrolling, Input::Enrolled) => Self::after_join(cx, out),
            (Self::AwaitingOdjBlob { until }, Input::OdjBlob) => {
                to(Self::ApplyingBlob { until }, Effect::ApplyBlob, out)
            }
            (Self::AwaitingOdjBlob { .. }, Input::TimerRang) => {
                out.push(Effect::StopCheckIns);
                fail(Failure::OdjBlobTimedOut, out)
            }
            (Self::ApplyingBlob { .. }, Input::TimerRang) if cx.technician => {
                out.push(Effect::BlobApplied);
                Self::after_join(cx, out)
            }
            (Self::ApplyingBlob { .. }, Input::TimerRang) if cx.skip_connectivity_check => {
                out.push(Effect::SkipDomainController);
                to(Self::Restarting, Effect::Restart, out)
            }
            (Self::ApplyingBlob { until }, Input::TimerRang) => {
                to(Self::AwaitingDomainController { until }, Effect::PingDomainController, out)
            }
            (Self::AwaitingDomainController { .. }, Input::DcAnswered) => to(Self::Restarting, Effect::Restart, out),
            (Self::AwaitingDomainController { until }, Input::DcSilent) if cx.now >= until => {
                fail(Failure::DomainControllerTimedOut, out)
            }
            (Self::AwaitingDomainController { .. }, Input::DcSilent) => self,
            (Self::AwaitingDomainController { .. }, Input::TimerRang) => to(self, Effect::PingDomainController, out),
            (Self::Restarting, Input::TimerRang) => Self::after_join(cx, out),
            (Self::DevicePreparation { until }, Input::PhaseDone { .. }) => {
                to(Self::DeviceSetup { until }, Effect::BeginPhase(EspPhase::DeviceSetup), out)
            }
            (Self::DeviceSetup { .. }, Input::PhaseDone { restart: true }) if !cx.technician => {
                to(Self::SetupRestart, Effect::SetupRestart, out)
            }
            (Self::DeviceSetup { until }, Input::PhaseDone { .. }) => Self::after_device_setup(cx, until, out),
            // The restart costs the credentials of OOBE: somebody has to sign in, in hybrid join or not.
            (Self::SetupRestart, Input::TimerRang) => to(Self::AdSignIn, Effect::AdSignIn, out),
            (
                Self::DevicePreparation { .. } | Self::DeviceSetup { .. } | Self::AccountSetup { .. },
                Input::Refused(failure),
            ) => fail(failure, out),
            (Self::AdSignIn, Input::SignedIn) => Self::after_sign_in(cx, cx.now + cx.esp_limit, out),
            (Self::AccountSetup { until, registered: false }, Input::Registered) => {
                to(Self::AccountSetup { until, registered: true }, Effect::BeginPhase(EspPhase::AccountSetup), out)
            }
            (Self::AccountSetup { registered: false, .. }, Input::TimerRang) => fail(Failure::EspTimedOut, out),
            (Self::AccountSetup { registered: true, .. }, Input::PhaseDone { .. }) => {
                to(Self::Finishing, Effect::Finish, out)
            }
            (Self::Failed(failure), Input::Pressed(button, phase)) => Self::pressed(failure, button, phase, cx, out),
            (Self::Finishing, Input::TimerRang) => to(Self::Desktop, Effect::ShowDesktop, out),
            (stage, _) => to(stage, Effect::Ignored, out),
        }
    }

    fn after_join(cx: &StageCx, out: &mut Vec<Effect>) -> Self {
        match (cx.esp, cx.hybrid) {
            (true, _) => to(
                Self::DevicePreparation { until: cx.now + cx.esp_limit },
                Effect::BeginPhase(EspPhase::DevicePreparation),
                out,
            ),
            (false, _) if cx.technician => to(Self::Provisioned, Effect::ShowProvisioned, out),
            (false, true) => to(Self::AdSignIn, Effect::AdSignIn, out),
            (false, false) => to(Self::Finishing, Effect::Finish, out),
        }
    }

    fn after_sign_in(cx: &StageCx, until: SimTime, out: &mut Vec<Effect>) -> Self {
        if !cx.esp || !cx.esp_user_phase {
            return to(Self::Finishing, Effect::Finish, out);
        }
        let registered = cx.registered || !cx.hybrid;
        let effect = if registered { Effect::BeginPhase(EspPhase::AccountSetup) } else { Effect::AwaitRegistration };
        to(Self::AccountSetup { until, registered }, effect, out)
    }

    fn after_device_setup(cx: &StageCx, until: SimTime, out: &mut Vec<Effect>) -> Self {
        if cx.technician {
            to(Self::Provisioned, Effect::ShowProvisioned, out)
        } else if cx.hybrid {
            to(Self::AdSignIn, Effect::AdSignIn, out)
        } else {
            Self::after_sign_in(cx, until, out)
        }
    }

    /// A provisioned device reaches a network with its user.
    fn with_its_user(cx: &StageCx, out: &mut Vec<Effect>) -> Self {
        let until = cx.now + cx.odj_wait;
        if !cx.hybrid {
            to(Self::SigningIn, Effect::SignIn, out)
        } else if cx.skip_connectivity_check {
            to(Self::Restarting, Effect::Restart, out)
        } else {
            to(Self::AwaitingDomainController { until }, Effect::PingDomainController, out)
        }
    }

    /// What a button of the error page leads to.
    fn pressed(failure: Failure, button: Button, phase: Option<EspPhase>, cx: &StageCx, out: &mut Vec<Effect>) -> Self {
        let until = cx.now + cx.esp_limit;
        match (button, phase) {
            (Button::TryAgain, Some(EspPhase::DevicePreparation)) => {
                to(Self::DevicePreparation { until }, Effect::RetryPhase, out)
            }
            (Button::TryAgain, Some(EspPhase::DeviceSetup)) => to(Self::DeviceSetup { until }, Effect::RetryPhase, out),
            (Button::TryAgain, Some(EspPhase::AccountSetup)) if cx.registered || !cx.hybrid => {
                to(Self::AccountSetup { until, registered: true }, Effect::RetryPhase, out)
            }
            (Button::TryAgain, Some(EspPhase::AccountSetup)) => {
                to(Self::AccountSetup { until, registered: false }, Effect::AwaitRegistration, out)
            }
            (Button::TryAgain, None) if cx.technician => to(Self::SecuringHardware, Effect::SecureHardware, out),
            (Button::TryAgain, None) => to(Self::SigningIn, Effect::SignIn, out),
            (Button::ContinueAnyway, Some(EspPhase::AccountSetup)) => to(Self::Finishing, Effect::Finish, out),
            (Button::ContinueAnyway, _) if cx.hybrid => to(Self::AdSignIn, Effect::AdSignIn, out),
            (Button::ContinueAnyway, _) => to(Self::Finishing, Effect::Finish, out),
            (Button::Reset | Button::CollectLogs, _) => to(Self::Failed(failure), Effect::Ignored, out),
        }
    }

    /// A short name, as `show` and the control API give it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Connecting => "connecting",
            Self::LookingUpProfile => "looking up profile",
            Self::SecuringHardware => "securing hardware",
            Self::ConsumerSetup => "ordinary set-up",
            Self::SigningIn => "signing in",
            Self::Enrolling => "enrolling",
            Self::AwaitingOdjBlob { .. } => "awaiting offline domain join blob",
            Self::ApplyingBlob { .. } => "applying offline domain join blob",
            Self::AwaitingDomainController { .. } => "awaiting domain controller",
            Self::Restarting => "restarting",
            Self::DevicePreparation { .. } => "device preparation",
            Self::DeviceSetup { .. } => "device setup",
            Self::SetupRestart => "restarting in device setup",
            Self::Provisioned => "provisioned",
            Self::AdSignIn => "domain sign-in",
            Self::AccountSetup { .. } => "account setup",
            Self::Finishing => "finishing",
            Self::Desktop => "desktop",
            Self::Failed(_) => "failed",
        }
    }
}

fn to(stage: Stage, effect: Effect, out: &mut Vec<Effect>) -> Stage {
    out.push(effect);
    stage
}

fn fail(failure: Failure, out: &mut Vec<Effect>) -> Stage {
    to(Stage::Failed(failure), Effect::Fail(failure), out)
}

/// What a person in front of the device sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// The page.
    pub page: &'static str,
    /// What it says, in our words.
    pub text: &'static str,
    /// The code on it.
    pub code: Option<u32>,
    /// The computer's name, where the page shows it.
    pub computer: Sym,
}

impl Stage {
    /// What a person in front of the device sees.
    pub fn screen(self, computer: Sym, refused: Option<u32>) -> Screen {
        let (page, text) = match self {
            Self::Off => ("off", ""),
            Self::Connecting => ("network", "Let's connect you to a network"),
            Self::LookingUpProfile => ("please wait", "Checking for updates"),
            Self::SecuringHardware => ("please wait", "Securing your hardware"),
            Self::Provisioned => ("green", "Your device is provisioned: reseal it"),
            Self::ConsumerSetup => ("set-up", "How would you like to set up this device?"),
            Self::SigningIn => ("sign-in", "Welcome to your organisation. Sign in with your work or school account"),
            Self::Enrolling => ("please wait", "Registering your device for mobile management"),
            Self::AwaitingOdjBlob { .. } | Self::ApplyingBlob { .. } | Self::AwaitingDomainController { .. } => {
                ("please wait", "Please wait while we set up your device")
            }
            Self::Restarting | Self::SetupRestart => ("restart", "Restarting"),
            Self::DevicePreparation { .. } => ("enrollment status", "Setting up your device: device preparation"),
            Self::DeviceSetup { .. } => ("enrollment status", "Setting up your device: device setup"),
            Self::AdSignIn => ("lock screen", lock_screen(refused)),
            Self::AccountSetup { .. } => ("enrollment status", "Setting up your device: account setup"),
            Self::Finishing => ("please wait", "Getting things ready"),
            Self::Desktop => ("desktop", desktop(refused)),
            Self::Failed(failure) => failure.page(),
        };
        let code = match self {
            Self::Failed(failure) => failure.code(),
            _ => refused,
        };
        let named = matches!(self, Self::AdSignIn | Self::Desktop | Self::AccountSetup { .. } | Self::Finishing);
        Screen { page, text, code, computer: if named { computer } else { Sym::EMPTY } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cx(hybrid: bool, skip: bool, esp: bool) -> StageCx {
        StageCx {
            now: SimTime::from_unix_millis(0),
            hybrid,
            skip_connectivity_check: skip,
            technician: false,
            provisioned: false,
            esp,
            esp_user_phase: true,
            esp_limit: SimDuration::from_mins(100),
            odj_wait: SimDuration::from_mins(30),
            registered: false,
        }
    }

    fn walk(cx: &StageCx, inputs: &[Input]) -> Vec<&'static str> {
        let mut stage = Stage::Connecting;
        let mut seen = Vec::new();
        for input in inputs {
            stage = stage.on(*input, cx, &mut Vec::new());
            seen.push(stage.name());
        }
        seen
    }

    #[test]
    fn a_hybrid_join_goes_through_its_pages() {
        use Input::*;
        let inputs = [
            Online,
            Profile,
            SignedIn,
            Enrolled,
            OdjBlob,
            TimerRang,
            DcAnswered,
            TimerRang,
            PhaseDone { restart: false },
            PhaseDone { restart: false },
            SignedIn,
            Registered,
            PhaseDone { restart: false },
            TimerRang,
        ];
        let pages = walk(&cx(true, false, true), &inputs);
        assert_eq!(
            pages,
            [
                "looking up profile",
                "signing in",
                "enrolling",
                "awaiting offline domain join blob",
                "applying offline domain join blob",
                "awaiting domain controller",
                "restarting",
                "device preparation",
                "device setup",
                "domain sign-in",
                "account setup",
                "account setup",
                "finishing",
                "desktop"
            ]
        );
    }

    #[test]
    fn the_switches_leave_pages_out() {
        use Input::*;
        let to_restart = [Online, Profile, SignedIn, Enrolled, OdjBlob, TimerRang, TimerRang];
        assert_eq!(walk(&cx(true, true, false), &to_restart)[5..], ["restarting", "domain sign-in"]);
        assert_eq!(walk(&cx(false, false, false), &[Online, Profile, SignedIn, Enrolled])[3..], ["finishing"]);
    }

    #[test]
    fn what_means_nothing_changes_nothing() {
        for input in [Input::OdjBlob, Input::Registered, Input::DcAnswered, Input::TimerRang] {
            let mut out = Vec::new();
            assert_eq!(Stage::SigningIn.on(input, &cx(true, false, true), &mut out), Stage::SigningIn);
            assert_eq!(out, [Effect::Ignored]);
        }
    }
}
