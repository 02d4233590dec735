//! `choose`: flags into a question, and the decision record into a file.

use super::args::{Choose, Global};
use super::{catalogue, cluster, print, show};
use crate::catalog::{self, Catalog, Demand, Question, Wanted};
use crate::present::record;
use crate::report::{self, Outcome};
use anyhow::{Context, anyhow};
use std::fs;

/// `cnitui choose`
pub(super) fn choose(global: &Global, asked: &Choose) -> anyhow::Result<Outcome> {
    let catalog = catalogue::load(global)?;
    let here = match &asked.from_provider {
        Some(name) => Some(catalogue::named(&catalog, std::slice::from_ref(name))?[0].id.clone()),
        None => cluster::here(global, &catalog)?,
    };
    let question = Question { demands: demands(asked, &catalog)?, here, order: asked.order };
    let choice = catalog::choose(&catalog, &question);
    let answer = report::choose(&catalog, &question, &choice, global.output);
    if let Some(file) = &asked.record {
        let text = record(&catalog, &question, &choice, jiff::Zoned::now().date());
        if file.as_os_str() == "-" {
            return print(&text).map(|()| answer.outcome);
        }
        fs::write(file, text).with_context(|| file.display().to_string())?;
    }
    show(&answer, global)
}

/// All that the call asks for, each once.
fn demands(asked: &Choose, catalog: &Catalog) -> anyhow::Result<Vec<Demand>> {
    let mut all = Vec::new();
    for text in &asked.need {
        all.push(Demand::Need(Wanted::parse(text, catalog).map_err(|why| anyhow!("--need: {why}"))?));
    }
    all.extend(asked.support.map(|_| Demand::Need(Wanted::yes("commercial-support"))));
    for text in &asked.avoid {
        all.push(Demand::avoid(text, catalog).map_err(|why| anyhow!("--avoid: {why}"))?);
    }
    all.extend(asked.env.iter().copied().map(Demand::In));
    all.extend(asked.nodes.map(Demand::Nodes));
    all.extend(asked.kernel.map(Demand::Kernel));
    all.extend((!asked.dead).then_some(Demand::Alive));
    let mut once: Vec<Demand> = Vec::new();
    for demand in all {
        if !once.contains(&demand) {
            once.push(demand);
        }
    }
    Ok(once)
}
