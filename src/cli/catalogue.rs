//! Commands that only need the catalogue: `providers`, `compare`.

use super::args::{Compare, Global, Providers};
use super::{cluster, complain, show};
use crate::catalog::{self, Catalog, Feature, Filter, Provider, Sort};
use crate::report::{self, Matrix, Outcome};
use anyhow::{Context, anyhow, bail};
use std::fs;
use std::path::Path;

/// The catalogue of `--data`, else the built-in one. What is wrong in it goes to standard error; the rest is used.
pub(super) fn load(global: &Global) -> anyhow::Result<Catalog> {
    let (catalog, problems) = match &global.data {
        None => catalog::embedded(),
        Some(folder) => {
            let files = read(folder).with_context(|| folder.display().to_string())?;
            catalog::load(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
        }
    };
    for problem in problems {
        let folder = global.data.as_deref().unwrap_or(Path::new("data"));
        complain(folder.join(problem.to_string()).display().to_string());
    }
    Ok(catalog)
}

/// The files of a data folder: path below it, and text.
fn read(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for (inside, is_needed) in [("", true), ("providers", true), ("editions", false), ("measured", false)] {
        let entries = match fs::read_dir(folder.join(inside)) {
            Err(_) if !is_needed => continue,
            Err(error) if inside.is_empty() => bail!("it cannot be read: {error}"),
            entries => entries.with_context(|| format!("its folder {inside} cannot be read"))?,
        };
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "yaml") && path.is_file() {
                let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
                files.push((path.strip_prefix(folder)?.to_string_lossy().replace('\\', "/"), text));
            }
        }
    }
    if !files.iter().any(|(path, _)| path == "features.yaml") {
        bail!("it has no features.yaml; --data replaces the built-in catalogue as a whole");
    }
    files.sort();
    Ok(files)
}

/// `cnitui providers`
pub(super) fn providers(global: &Global, asked: &Providers) -> anyhow::Result<Outcome> {
    let catalog = load(global)?;
    if let Some(id) = &asked.edition {
        let ids = || catalog.editions.iter().map(|edition| edition.id.as_str()).collect::<Vec<_>>().join(", ");
        let edition = catalog.edition(id).ok_or_else(|| anyhow!("there is no edition {id}; there are {}", ids()))?;
        return show(&report::edition(edition), global);
    }
    let here = cluster::here(global, &catalog)?;
    let here = here.as_deref();
    let filter = Filter::parse(asked.filter.as_deref().unwrap_or_default(), &catalog).context("--filter")?.at(here);
    let sort = asked.sort.as_deref().map(|column| Sort::parse(column, &catalog)).transpose().context("--sort")?;
    let mut providers = if asked.names.is_empty() { catalog.providers.iter().collect() } else { named(&catalog, &asked.names)? };
    providers.retain(|provider| filter.matches(provider));
    if let Some(sort) = sort {
        sort.apply(&mut providers, &catalog);
    }
    let matrix = Matrix { providers, features: columns(&catalog, &asked.columns)?, measured: &catalog.measured };
    if asked.names.is_empty() {
        return show(&report::providers(&matrix, !asked.columns.is_empty(), here, global.output), global);
    }
    let today = jiff::Zoned::now().date();
    show(&report::profile(&matrix, here, today, global.output), global)
}

/// `cnitui compare`
pub(super) fn compare(global: &Global, asked: &Compare) -> anyhow::Result<Outcome> {
    let catalog = load(global)?;
    let providers = named(&catalog, &asked.names)?;
    if let [only] = providers.as_slice() {
        bail!("{} cannot be compared with itself; name another", only.id);
    }
    let here = cluster::here(global, &catalog)?;
    let matrix = Matrix { providers, features: catalog.features.iter().collect(), measured: &catalog.measured };
    show(&report::compare(&matrix, asked.diff, here.as_deref(), global.output), global)
}

/// What the dashboard exports. Errors: a format that is none, in words.
#[cfg(feature = "tui")]
pub(super) fn exported(catalog: &Catalog, export: &crate::tui::Export) -> Result<String, String> {
    use crate::tui::export::Sheet;
    let (format, here) = (export.format.parse::<report::Format>()?, export.here.as_deref());
    let providers = |ids: &[String]| ids.iter().filter_map(|id| catalog.provider(id)).collect();
    let all = || catalog.features.iter().collect();
    let matrix = |ids: &[String], features| Matrix { providers: providers(ids), features, measured: &catalog.measured };
    let look = report::Look::default();
    let text = match &export.sheet {
        Sheet::Matrix { providers, features } => {
            let features = features.iter().filter_map(|id| catalog.feature(id)).collect();
            report::write(&report::providers(&matrix(providers, features), true, here, format), format, look)
        }
        Sheet::Compare { providers, differences } => {
            report::write(&report::compare(&matrix(providers, all()), *differences, here, format), format, look)
        }
        Sheet::Choice(question) => {
            let choice = catalog::choose(catalog, question);
            report::write(&report::choose(catalog, question, &choice, format), format, look)
        }
    };
    text.map_err(|why| why.to_string())
}

/// The providers of these names, each once.
pub(super) fn named<'a>(catalog: &'a Catalog, names: &[String]) -> anyhow::Result<Vec<&'a Provider>> {
    let mut found: Vec<&Provider> = Vec::new();
    for name in names {
        let provider = catalog.named(name).ok_or_else(|| {
            let meant = catalog.nearest(name).map_or_else(String::new, |id| format!("; {id}?"));
            anyhow!("there is no provider {name}{meant}")
        })?;
        if !found.iter().any(|known| known.id == provider.id) {
            found.push(provider);
        }
    }
    Ok(found)
}

/// The columns of these names; all without any.
fn columns<'a>(catalog: &'a Catalog, names: &[String]) -> anyhow::Result<Vec<&'a Feature>> {
    if names.is_empty() {
        return Ok(catalog.features.iter().collect());
    }
    let find = |name: &String| {
        let sort = Sort::parse(name.trim(), catalog).context("--columns")?;
        let id = sort.column.unwrap_or_default();
        catalog.feature(&id).ok_or_else(|| anyhow!("--columns: {id} is no column of the matrix"))
    };
    names.iter().map(find).collect()
}

#[cfg(all(test, feature = "tui"))]
mod tests {
    use super::*;
    use crate::tui::Export;
    use crate::tui::export::Sheet;

    #[test]
    fn an_export_is_what_the_command_of_the_screen_prints() {
        let (catalog, _) = catalog::embedded();
        let ids = |ids: [&str; 2]| ids.map(str::to_owned).to_vec();
        let sheet = Sheet::Compare { providers: ids(["calico", "cilium"]), differences: true };
        let text = exported(&catalog, &Export { sheet, here: Some("calico".into()), format: "markdown" }).unwrap();
        assert!(text.contains("| Feature | Calico here | Cilium |"), "{text}");
        let sheet = Sheet::Matrix { providers: ids(["kindnet", "canal"]), features: ids(["encryption", "licence"]) };
        let text = exported(&catalog, &Export { sheet, here: None, format: "csv" }).unwrap();
        assert!(text.starts_with("Id,Name,Status,Role,Encryption,Licence\r\nkindnet,kindnet,active,"), "{text}");
        let export = Export { sheet: Sheet::Choice(catalog::Question::default()), here: None, format: "rot13" };
        assert!(exported(&catalog, &export).unwrap_err().contains("\"rot13\" is none of"));
    }
}
