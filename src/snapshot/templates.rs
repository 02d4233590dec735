//! What would make pods, collected from files: kinds that a cluster is not asked for, since its pods are there.

use super::pool::Pool;
use super::repair::repair;
use super::store::{Change, Taken};
use super::wire::TemplateWire;
use super::{Kind, Owner, Table, Template, Text};
use hashbrown::HashMap;
use std::borrow::Cow;

/// Templates being collected.
#[derive(Default)]
pub(super) struct Templates {
    table: Table<Template>,
    known: HashMap<(Text, Owner), u32>,
    pool: Pool,
}

impl Templates {
    /// Adds or replaces one, given as JSON, and says what it could not read of it.
    pub(super) fn take(&mut self, kind: &str, object: &str) -> Taken {
        let parses = |text: &str| serde_json::from_str::<TemplateWire<'_>>(text).map(|_| ());
        let (mut text, mut skipped) = (Cow::Borrowed(object), Vec::new());
        if parses(object).is_err() {
            // Its fields lie where those of a Deployment do.
            match repair(Kind::Deployment, object, parses) {
                Ok(repaired) => (text, skipped) = (Cow::Owned(repaired.text), repaired.skipped),
                Err(message) => return Taken { change: Err(message), skipped },
            }
        }
        let template = serde_json::from_str::<TemplateWire<'_>>(&text).map(|wire| wire.read(kind, &mut self.pool));
        Taken { change: template.map_err(|error| error.to_string()).and_then(|template| self.put(template)), skipped }
    }

    fn put(&mut self, template: Template) -> Result<Change, String> {
        if template.workload.name.is_empty() {
            return Err("has no name".to_owned());
        }
        let key = (template.namespace.clone(), template.workload.clone());
        match self.known.get(&key) {
            Some(&slot) => _ = self.table.replace(slot, template.into()),
            None => _ = self.known.insert(key, self.table.insert(template.into())),
        }
        Ok(Change::Different)
    }

    /// All of them.
    pub(super) fn finish(self) -> Table<Template> {
        self.table
    }
}
