//! Users and their licences.

use crate::changes::{Member, Tracked};
use crate::tenant::{IDS, Tenant};
use crate::{Credentials, DirectoryObject, kinds};
use sim_core::{Cx, Guid, Id, Key, SimTime, Sym};

/// A user of the tenant.
#[derive(Debug, Clone)]
pub struct User {
    /// `id`.
    pub id: Guid,
    /// `userPrincipalName`.
    pub upn: Sym,
    /// `displayName`.
    pub display_name: Sym,
    /// Whether a licence with the Intune service plan is assigned.
    pub intune_licensed: bool,
    /// The licences, a bit each, in the order of [`SKUS`].
    pub licenses: u8,
    /// `accountEnabled`.
    pub enabled: bool,
    /// Whether it is gone.
    pub deleted: bool,
    /// `createdDateTime`.
    pub created: SimTime,
    /// `onPremisesSamAccountName` with its domain, as in `CORP\ada`; empty for users of the cloud alone.
    pub account: Sym,
    /// What it takes to sign in as them.
    pub credentials: Credentials,
}

/// A product that a tenant has licences of: `subscribedSku`.
#[derive(Debug)]
pub struct Sku {
    /// `skuId`.
    pub id: Guid,
    /// `skuPartNumber`.
    pub part_number: &'static str,
    /// Its service plans: id, name, and the service as users' plans name it.
    pub plans: &'static [(Guid, &'static str, &'static str)],
}

const INTUNE: (Guid, &str, &str) = (Guid::from_u128(0xc1ec4a95_1f05_45b3_a911_aa3fa01094f5), "INTUNE_A", "SCO");
const PREMIUM: (Guid, &str, &str) =
    (Guid::from_u128(0x41781fb2_bc02_4b7c_bd55_b576c07bb09d), "AAD_PREMIUM", "AADPremiumService");
const MFA: (Guid, &str, &str) =
    (Guid::from_u128(0x8a256a2b_b617_496d_b51b_e76466e88db0), "MFA_PREMIUM", "MultiFactorService");

/// The products that the tenant has bought. The first is Intune alone, which scenarios give.
///
/// Ids and names: product names and service plan identifiers for licensing (entra-docs).
pub static SKUS: [Sku; 3] = [
    Sku { id: Guid::from_u128(0x061f9ace_7d42_4136_88ac_31dc755f143f), part_number: "INTUNE_A", plans: &[INTUNE] },
    Sku {
        id: Guid::from_u128(0xefccb6f7_5641_4e0e_bd10_b4976e1bf68e),
        part_number: "EMS",
        plans: &[INTUNE, PREMIUM, MFA],
    },
    Sku {
        id: Guid::from_u128(0x078d2b04_f1bd_4111_bbd6_b4b1b354cef4),
        part_number: "AAD_PREMIUM",
        plans: &[PREMIUM, MFA],
    },
];

impl Sku {
    /// Whether Intune is in it.
    pub fn has_intune(&self) -> bool {
        self.plans.iter().any(|plan| plan.0 == INTUNE.0)
    }
}

impl User {
    /// The products that the user has a licence of.
    pub fn skus(&self) -> impl Iterator<Item = (u32, &'static Sku)> + use<> {
        let bits = self.licenses;
        (0..).zip(&SKUS).filter(move |(nth, _)| bits >> nth & 1 == 1)
    }
}

impl Tenant {
    /// Adds a user.
    pub fn add_user(
        &mut self,
        upn: &str,
        display_name: &str,
        intune_licensed: bool,
        account: &str,
        cx: &mut Cx,
    ) -> Id<User> {
        // A name may be given again when its user is gone.
        let nth = self.users.iter().filter(|(_, u)| cx.names.get(u.upn).eq_ignore_ascii_case(upn)).count() as u64;
        let key = Key::of("user", &upn.to_ascii_lowercase());
        let user = User {
            id: cx.chance.guid(IDS, key, nth),
            upn: cx.name(upn),
            display_name: cx.name(display_name),
            intune_licensed,
            licenses: u8::from(intune_licensed),
            enabled: true,
            deleted: false,
            created: cx.now(),
            account: cx.name(account),
            credentials: Credentials::default(),
        };
        let id = self.users.push(user);
        self.touch_user(id);
        self.made(Tracked::Users, id.row(), cx.now());
        id
    }

    /// A user by `userPrincipalName`, without regard to case.
    pub fn user(&self, upn: &str, cx: &Cx) -> Option<Id<User>> {
        self.users().find(|(_, u)| cx.names.get(u.upn).eq_ignore_ascii_case(upn)).map(|(id, _)| id)
    }

    /// A user by `id`.
    pub fn user_by_id(&self, id: Guid) -> Option<Id<User>> {
        self.users().find(|(_, u)| u.id == id).map(|(row, _)| row)
    }

    /// A user's record.
    pub fn user_record(&self, id: Id<User>) -> &User {
        &self.users[id]
    }

    /// All living users, in the order in which they came.
    pub fn users(&self) -> impl Iterator<Item = (Id<User>, &User)> {
        self.users.iter().filter(|(_, u)| !u.deleted)
    }

    /// Gives a user an Intune licence or takes all that have Intune.
    pub fn set_licensed(&mut self, id: Id<User>, licensed: bool) {
        let all: u8 = (0..).zip(&SKUS).filter(|(_, sku)| sku.has_intune()).map(|(nth, _)| 1 << nth).sum();
        let user = &mut self.users[id];
        user.licenses = if licensed { user.licenses | 1 } else { user.licenses & !all };
        user.intune_licensed = licensed;
        self.touch_user(id);
    }

    /// Gives a user licences and takes others, a bit each.
    pub(crate) fn set_licenses(&mut self, id: Id<User>, licenses: u8, cx: &mut Cx) {
        let user = &mut self.users[id];
        user.licenses = licenses;
        user.intune_licensed = user.skus().any(|(_, sku)| sku.has_intune());
        let word = if user.intune_licensed { "with Intune" } else { "without Intune" };
        cx.tell(&kinds::LICENSES_SET, user.upn, &[word.into()]);
        self.touch_user(id);
    }

    /// Deletes a user, who goes to the bin. The devices stay.
    pub fn delete_user(&mut self, id: Id<User>, cx: &mut Cx) {
        let user = &mut self.users[id];
        if std::mem::replace(&mut user.deleted, true) {
            return;
        }
        cx.tell(&kinds::USER_DELETED, user.upn, &[user.id.into()]);
        let groups: Vec<Id<crate::Group>> = self.groups.ids().collect();
        for group in groups {
            self.groups[group].owners.remove(&id);
            if self.groups[group].users.remove(&id) {
                self.touch_member(group, Member::User(id));
            }
        }
        self.remember_deleted(DirectoryObject::User(id), cx.now());
        self.touch_user(id);
    }
}
