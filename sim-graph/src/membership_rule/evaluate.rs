//! Asking a rule of a device.

use super::comparison::{Comparison, Value, bool_name, quoted};
use super::expression::{DeviceTest, ItemTest, Logic, Quantifier};
use super::property::{DeviceProperty, PropertyType};
use super::{PropertyValue, RuleDevice};
use sim_core::evidence::Evidence;
use std::ops::ControlFlow;

/// Whether the rule holds for the device. What is decided already is not looked at: the rest of an `-and` after a no,
/// the rest of an `-or` after a yes.
pub fn matches<D: RuleDevice + ?Sized>(rule: &Logic<DeviceTest>, device: &D, evidence: &mut impl Evidence) -> bool {
    holds(rule, &mut OfDevice { device, evidence })
}

/// Decides the leaves of a rule.
trait Judge<L> {
    fn leaf(&mut self, leaf: &L) -> bool;
    fn negated(&mut self, verdict: bool);
}

fn holds<L>(rule: &Logic<L>, judge: &mut impl Judge<L>) -> bool {
    match rule {
        Logic::Or(parts) => parts.iter().any(|part| holds(part, judge)),
        Logic::And(parts) => parts.iter().all(|part| holds(part, judge)),
        Logic::Not(part) => {
            let verdict = !holds(part, judge);
            judge.negated(verdict);
            verdict
        }
        Logic::Leaf(leaf) => judge.leaf(leaf),
    }
}

struct OfDevice<'a, D: ?Sized, E> {
    device: &'a D,
    evidence: &'a mut E,
}

impl<D: RuleDevice + ?Sized, E: Evidence> Judge<DeviceTest> for OfDevice<'_, D, E> {
    fn leaf(&mut self, leaf: &DeviceTest) -> bool {
        match leaf {
            DeviceTest::Property(property, comparison) => match property.kind() {
                PropertyType::Gone => {
                    self.evidence.note(|| format!("{property}: no device has it any more, {comparison}: no"));
                    false
                }
                PropertyType::Texts => self.items_compared(*property, comparison),
                _ => self.compared(*property, comparison),
            },
            DeviceTest::Items { property, quantifier, rule } => self.items(*property, *quantifier, rule),
            DeviceTest::MemberOf(groups) => groups.iter().any(|group| {
                let verdict = self.device.member_of(group);
                self.evidence.note(|| format!("memberOf: group {}: {}", quoted(group), answer(verdict)));
                verdict
            }),
        }
    }

    fn negated(&mut self, verdict: bool) {
        note_not(self.evidence, verdict);
    }
}

impl<D: RuleDevice + ?Sized, E: Evidence> OfDevice<'_, D, E> {
    fn compared(&mut self, property: DeviceProperty, comparison: &Comparison) -> bool {
        match self.device.property(property) {
            PropertyValue::Null => {
                let verdict = comparison.passes_text(None);
                self.evidence.note(|| format!("{property}: null {comparison}: {}", answer(verdict)));
                verdict
            }
            PropertyValue::Bool(value) => {
                let verdict = comparison.passes_bool(value);
                let value = bool_name(value);
                self.evidence.note(|| format!("{property}: {value} {comparison}: {}", answer(verdict)));
                verdict
            }
            PropertyValue::Text(text) => text_compared(property, &text, comparison, self.evidence),
        }
    }

    /// A comparison of several values without a quantifier: one has to pass, or with a negated operator all. Against
    /// null, whether there are any.
    fn items_compared(&mut self, property: DeviceProperty, comparison: &Comparison) -> bool {
        let negated = comparison.operator.is_negated();
        let (mut none, mut turned) = (true, false);
        self.device.each_item(property, &mut |item| {
            none = false;
            if matches!(comparison.value, Value::Null) {
                return ControlFlow::Break(());
            }
            turned = text_compared(property, item, comparison, self.evidence) != negated;
            if turned { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if matches!(comparison.value, Value::Null) {
            let verdict = none != negated;
            let values = if none { "no values" } else { "has values" };
            self.evidence.note(|| format!("{property}: {values}, {comparison}: {}", answer(verdict)));
            return verdict;
        }
        let verdict = turned != negated;
        if none {
            self.evidence.note(|| format!("{property}: no values, {comparison}: {}", answer(verdict)));
        }
        verdict
    }

    fn items(&mut self, property: DeviceProperty, quantifier: Quantifier, rule: &Logic<ItemTest>) -> bool {
        let (mut seen, mut decided) = (0_usize, false);
        self.device.each_item(property, &mut |item| {
            seen += 1;
            let passes = holds(rule, &mut OfItem { property, item, evidence: &mut *self.evidence });
            decided = passes == (quantifier == Quantifier::Any);
            if decided { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let verdict = decided == (quantifier == Quantifier::Any);
        self.evidence.note(|| {
            let (name, answer) = (quantifier.name(), answer(verdict));
            match (decided, seen) {
                (true, _) => format!("{property} {name}: value {seen} decides: {answer}"),
                (false, 0) => format!("{property} {name}: no values: {answer}"),
                (false, 1) => format!("{property} {name}: 1 value seen: {answer}"),
                (false, _) => format!("{property} {name}: {seen} values seen: {answer}"),
            }
        });
        verdict
    }
}

struct OfItem<'a, E> {
    property: DeviceProperty,
    item: &'a str,
    evidence: &'a mut E,
}

impl<E: Evidence> Judge<ItemTest> for OfItem<'_, E> {
    fn leaf(&mut self, leaf: &ItemTest) -> bool {
        text_compared(self.property, self.item, &leaf.0, self.evidence)
    }

    fn negated(&mut self, verdict: bool) {
        note_not(self.evidence, verdict);
    }
}

fn text_compared(property: DeviceProperty, text: &str, comparison: &Comparison, evidence: &mut impl Evidence) -> bool {
    let verdict = comparison.passes_text(Some(text));
    evidence.note(|| format!("{property}: {} {comparison}: {}", quoted(text), answer(verdict)));
    verdict
}

fn note_not(evidence: &mut impl Evidence, verdict: bool) {
    evidence.note(|| format!("-not: {}", answer(verdict)));
}

fn answer(verdict: bool) -> &'static str {
    if verdict { "yes" } else { "no" }
}
