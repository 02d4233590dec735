//! A pool of the provider has no address left, or hardly any.

use super::{Check, Context};
use crate::catalog::PoolRule;
use crate::health::{Finding, Object, Severity};
use crate::snapshot::{CustomResource, Kind, Pointer, Text};
use serde_json::Value;

pub(super) const CHECK: Check = Check { id: "pool-exhausted", needs: &[Kind::Subnet], run };

fn run(context: &Context<'_>) -> Vec<Finding> {
    let pools = context.here().flat_map(|(_, detect)| &detect.pools);
    pools.flat_map(|rule| context.custom(&rule.kind).filter_map(|object| finding(object, rule))).collect()
}

/// Where a tenth is left it is worth a warning. An object that counts nothing, of neither, gives no addresses.
fn finding(object: &CustomResource, rule: &PoolRule) -> Option<Finding> {
    let (available, used) = (number(object, &rule.available)?, number(object, &rule.used)?);
    if used == 0 || available > used / 9 {
        return None;
    }
    let all = used.saturating_add(available);
    Some(Finding {
        id: CHECK.id,
        severity: if available == 0 { Severity::Error } else { Severity::Warning },
        object: Object::new(object.kind.manifest_name(), &Text::default(), &object.name),
        message: format!("has given {used} of {all} addresses"),
        why: "Without one a pod of its namespaces waits in ContainerCreating.".to_owned(),
        remedy: format!("kubectl get {} {} -o yaml; add a larger range for the namespaces that grow", rule.kind, object.name),
        source: rule.source.location.clone(),
        ..Finding::default()
    })
}

fn number(object: &CustomResource, pointer: &str) -> Option<u128> {
    match object.values(&Pointer::new(pointer)?).first()? {
        Value::String(digits) => digits.parse().ok(),
        Value::Number(number) => number.as_u64().map(u128::from).or_else(|| number.as_f64().map(|float| float as u128)),
        _ => None,
    }
}
