//! Registration by those who sell devices: by what stands on the box instead of by hardware hash.

use crate::tenant::Tenant;
use crate::{AutopilotDevice, Hardware, kinds};
use sim_core::{Cx, Id, Kind, Sym};

/// A row of a partner's upload: the tuple of manufacturer, model and serial number, as the maker writes them.
#[derive(Debug, Clone, Copy)]
pub struct PartnerRow {
    /// The manufacturer.
    pub manufacturer: Sym,
    /// The model.
    pub model: Sym,
    /// The serial number.
    pub serial: Sym,
}

/// Why a partner's row is refused.
///
/// Source: the table of Autopilot registration errors in an early partner draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartnerError {
    /// The tuple finds no hardware.
    #[error("812 ZtdDeviceNotFound")]
    NotFound,
    /// It finds several.
    #[error("813 ZtdDeviceIsNotUnique")]
    NotUnique,
    /// It is registered here.
    #[error("806 ZtdDeviceAlreadyAssigned")]
    AlreadyAssigned,
    /// It is registered in another tenant.
    #[error("808 ZtdDeviceAssignedToOtherTenant")]
    AssignedToOtherTenant,
}

impl PartnerError {
    fn why(self) -> &'static Kind {
        match self {
            Self::NotFound => &kinds::WHY_TUPLE_UNKNOWN,
            Self::NotUnique => &kinds::WHY_TUPLE_NOT_UNIQUE,
            Self::AlreadyAssigned => &kinds::WHY_ALREADY_HERE,
            Self::AssignedToOtherTenant => &kinds::WHY_OTHER_TENANT,
        }
    }
}

impl Tenant {
    /// A partner registers a machine, with the purchase order it was sold by.
    pub fn register_by_partner(
        &mut self,
        row: PartnerRow,
        purchase_order: Sym,
        group_tag: Sym,
        cx: &mut Cx,
    ) -> Result<Id<AutopilotDevice>, PartnerError> {
        let hardware = self.partner_verdict(row, cx).inspect_err(|error| {
            cx.tell_why(&kinds::PARTNER_REFUSED, row.serial, &[], error.why());
        })?;
        let identity = self.register(hardware, group_tag, Sym::EMPTY, None, cx);
        self.identities[identity].purchase_order_id = purchase_order;
        let anchor = self.identities[identity].anchor;
        self.entra_devices[anchor].purchase_order_id = purchase_order;
        self.device_changed(anchor, cx);
        Ok(identity)
    }

    fn partner_verdict(&self, row: PartnerRow, cx: &Cx) -> Result<Id<Hardware>, PartnerError> {
        let same = |a: Sym, b: Sym| cx.names.get(a).eq_ignore_ascii_case(cx.names.get(b));
        let is = |h: &Hardware| {
            same(h.serial, row.serial) && same(h.manufacturer, row.manufacturer) && same(h.model, row.model)
        };
        let mut found = self.hardware.iter().filter(|(_, h)| is(h));
        let (id, known) = found.next().ok_or(PartnerError::NotFound)?;
        if found.next().is_some() {
            Err(PartnerError::NotUnique)
        } else if known.other_tenant {
            Err(PartnerError::AssignedToOtherTenant)
        } else if known.identity.get().is_some() {
            Err(PartnerError::AlreadyAssigned)
        } else {
            Ok(id)
        }
    }

    /// The tenant that had a machine registered gives it up.
    pub fn released_elsewhere(&mut self, id: Id<Hardware>, cx: &mut Cx) {
        self.set_other_tenant(id, false);
        cx.tell(&kinds::RELEASED, self.hardware[id].label, &[]);
        self.version += 1;
    }
}
