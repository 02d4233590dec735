//! Whether the cluster is reached through a proxy, by the rules of kubectl.
//!
//! kube 5.0 compares `NO_PROXY` with the address of the proxy instead of the cluster's, so this decides and overrides it. A
//! `proxy-url` of the kubeconfig always counts; the environment counts unless `NO_PROXY` names the cluster. Domain names,
//! leading dots, addresses, networks and ports are understood, as in Go's `httpproxy` package.

use http::Uri;
use ipnet::IpNet;
use std::net::IpAddr;

/// The proxy from the environment for a cluster at `cluster`; `var` reads a variable.
pub(super) fn from_env(cluster: &Uri, var: impl Fn(&str) -> Option<String>) -> Option<String> {
    let either = |upper: &str| {
        [upper.to_owned(), upper.to_lowercase()].iter().find_map(|name| var(name).filter(|value| !value.trim().is_empty()))
    };
    let secure = cluster.scheme_str() != Some("http");
    let proxy = either(if secure { "HTTPS_PROXY" } else { "HTTP_PROXY" })?;
    let host = cluster.host()?.trim_matches(['[', ']']);
    let port = cluster.port_u16().unwrap_or(if secure { 443 } else { 80 });
    let direct = is_loopback(host) || either("NO_PROXY").is_some_and(|list| excludes(&list, host, port));
    // Programs are given `proxy:3128` and take it for `http://proxy:3128`.
    let proxy = proxy.trim();
    let url = if proxy.contains("://") { proxy.to_owned() } else { format!("http://{proxy}") };
    (!direct).then_some(url)
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Whether the `NO_PROXY` list names this host and port.
fn excludes(list: &str, host: &str, port: u16) -> bool {
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| matches(entry, host, port))
}

fn matches(entry: &str, host: &str, port: u16) -> bool {
    if entry == "*" {
        return true;
    }
    let ip = host.parse::<IpAddr>().ok();
    if let (Ok(net), Some(ip)) = (entry.parse::<IpNet>(), ip) {
        return net.contains(&ip);
    }
    let bare = entry.trim_matches(['[', ']']);
    if let (Ok(named), Some(ip)) = (bare.parse::<IpAddr>(), ip) {
        return named == ip;
    }
    let (name, wanted) = match entry.rsplit_once(':').map(|(name, port)| (name, port.parse::<u16>())) {
        Some((name, Ok(port))) => (name.trim_matches(['[', ']']), Some(port)),
        _ => (entry, None),
    };
    if wanted.is_some_and(|wanted| wanted != port) {
        return false;
    }
    let (host, name) = (host.to_lowercase(), name.trim_start_matches('*').to_lowercase());
    match name.strip_prefix('.') {
        Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
        None => host == name || host.strip_suffix(&name).is_some_and(|rest| rest.ends_with('.')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(cluster: &'static str, env: &[(&str, &str)]) -> Option<String> {
        let var = |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        from_env(&Uri::from_static(cluster), var)
    }

    #[test]
    fn no_proxy_is_compared_with_the_cluster_and_not_with_the_proxy() {
        let env = [("HTTPS_PROXY", "http://10.9.9.9:3128"), ("NO_PROXY", "10.0.0.0/8")];
        assert_eq!(proxy("https://10.1.2.3:6443", &env), None);
        assert_eq!(proxy("https://192.0.2.1:6443", &env).as_deref(), Some("http://10.9.9.9:3128"));
    }

    #[test]
    fn no_proxy_understands_names_domains_addresses_and_ports() {
        for (list, excluded) in [
            ("*", true),
            ("example.com", true),
            (".example.com", true),
            ("*.example.com", true),
            ("api.example.com:6443", true),
            ("api.example.com:443", false),
            ("ample.com", false),
            ("", false),
            ("other.org, api.example.com,", true),
        ] {
            let env = [("https_proxy", "http://proxy:3128"), ("no_proxy", list)];
            assert_eq!(proxy("https://api.example.com:6443", &env).is_none(), excluded, "{list}");
        }
        let env = [("HTTPS_PROXY", "http://proxy:3128"), ("NO_PROXY", "2001:db8::/32")];
        assert_eq!(proxy("https://[2001:db8::1]:6443", &env), None);
    }

    #[test]
    fn a_proxy_without_a_scheme_speaks_http() {
        for given in ["proxy:3128", " proxy:3128 ", "http://proxy:3128"] {
            assert_eq!(proxy("https://10.1.2.3:6443", &[("HTTPS_PROXY", given)]).as_deref(), Some("http://proxy:3128"));
        }
        let over_tls = proxy("https://10.1.2.3:6443", &[("HTTPS_PROXY", "https://proxy:3129")]);
        assert_eq!(over_tls.as_deref(), Some("https://proxy:3129"));
    }

    #[test]
    fn loopback_never_goes_through_a_proxy() {
        assert_eq!(proxy("https://127.0.0.1:6443", &[("HTTPS_PROXY", "http://proxy:3128")]), None);
    }
}
