//! Every number of sign-in. These spans are of the clock on the wall, as clients judge them.

use sim_core::SimDuration;

sim_core::knobs! {
    /// The knobs of sign-in.
    pub struct SignInKnobs {
        /// How long an access token can be used, by the clock on the wall.
        access_token_life: SimDuration = SimDuration::from_hours(1), Documented, "Access tokens (entra-docs): between 60 and 90 minutes, 75 on average";
        /// How long a refresh token can be used, by the clock on the wall. Every use brings a new one.
        refresh_token_life: SimDuration = SimDuration::from_days(90), Documented, "Refresh tokens (entra-docs): 90 days";
        /// How long an authorization code can be redeemed, by the clock on the wall.
        authorization_code_life: SimDuration = SimDuration::from_mins(10), Documented, "Authorization code flow (entra-docs, editions to 2024): about 10 minutes";
        /// How long a device code can be confirmed, by the clock on the wall.
        device_code_life: SimDuration = SimDuration::from_mins(15), Documented, "Device authorization grant (entra-docs): expires_in is 15 minutes";
        /// How often a client may ask whether its device code was confirmed, by the clock on the wall.
        device_code_interval: SimDuration = SimDuration::from_secs(5), Documented, "Device authorization grant (entra-docs): interval is 5 seconds";
        /// Whether device codes are confirmed by themselves, as the tenant's administrator: for tools that run unattended. Not in strict sign-in.
        device_code_automatic: bool = false, Assumed, "a simulator's choice";
        /// So many wrong passwords in a row lock an account.
        lockout_threshold: u32 = 10, Documented, "Smart lockout (entra-docs): 10 failed attempts";
        /// For how long, by the clock on the wall.
        lockout_duration: SimDuration = SimDuration::from_secs(60), Documented, "Smart lockout (entra-docs): one minute at first";
    }
}
