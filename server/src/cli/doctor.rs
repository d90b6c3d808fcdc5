//! `doctor`: what this machine has and lacks for playing, each with the remedy.

use super::args::DoctorArgs;
use super::output::{paint, print, print_json, stdout_colors};
use lavalink_engine::lane::{Priority, raise_priority};
use serde_json::json;
use std::fs::read_to_string;
use std::path::Path;

/// One line of the report.
struct Finding {
    what: &'static str,
    detail: String,
    /// What to do about it; `None` where all is well.
    remedy: Option<String>,
}

fn fine(what: &'static str, detail: impl Into<String>) -> Finding {
    Finding { what, detail: detail.into(), remedy: None }
}

fn warn(what: &'static str, detail: impl Into<String>, remedy: impl Into<String>) -> Finding {
    Finding { what, detail: detail.into(), remedy: Some(remedy.into()) }
}

/// Looks at everything and prints what there is. Warnings are no failure.
///
/// # Errors
/// When standard output cannot be written.
pub(crate) fn run(args: &DoctorArgs) -> anyhow::Result<()> {
    let mut findings = sound();
    findings.extend([real_time(), processor(), governor(), temperature(), clock(), memory()]);
    if args.json {
        let list: Vec<_> = findings
            .iter()
            .map(|f| json!({ "what": f.what, "ok": f.remedy.is_none(), "detail": f.detail, "remedy": f.remedy }))
            .collect();
        return Ok(print_json(&json!({ "findings": list }))?);
    }
    let colors = stdout_colors();
    let mut text = String::new();
    for finding in &findings {
        let mark = if finding.remedy.is_some() { paint(colors, "1;33", "warn") } else { paint(colors, "32", "ok  ") };
        text.push_str(&format!("{mark}  {:<12} {}\n", finding.what, finding.detail));
        if let Some(remedy) = &finding.remedy {
            text.push_str(&format!("{:19}→ {remedy}\n", ""));
        }
    }
    Ok(print(&text)?)
}

#[cfg(feature = "alsa-backend")]
fn sound() -> Vec<Finding> {
    use lavalink_nodes::sink::alsa::{devices, probe};
    let mut findings = Vec::new();
    findings.push(match probe("default") {
        Ok(report) => fine("sound", format!("`default` opens: {}", describe(&report))),
        Err(error) => warn("sound", "`default` cannot be opened", error.to_string()),
    });
    for report in devices() {
        match &report.fault {
            // What only cannot be used is a matter of course: ALSA lists many names for one card.
            Some(fault) => findings.push(fine("device", format!("{}: not usable: {fault}", report.name))),
            None => findings.push(fine("device", format!("{}: {}", report.name, describe(&report)))),
        }
    }
    findings
}

#[cfg(feature = "alsa-backend")]
fn describe(report: &lavalink_nodes::sink::alsa::DeviceReport) -> String {
    let (low, high) = report.rates;
    let access = if report.mmap { "mapped memory" } else { "writes" };
    format!("{}, {low} to {high} Hz, up to {} channels, {access}", report.formats.join(" "), report.channels.1)
}

#[cfg(not(feature = "alsa-backend"))]
fn sound() -> Vec<Finding> {
    vec![warn("sound", "this build has no ALSA", "build with the feature `alsa-backend`")]
}

/// Tries on a thread of its own, so that nothing else runs with it.
fn real_time() -> Finding {
    let tried = std::thread::spawn(|| raise_priority(10)).join();
    match tried {
        Ok(Priority::RealTime(_)) => fine("real time", "lanes get SCHED_FIFO"),
        Ok(Priority::Ordinary(text)) => warn("real time", "lanes run with ordinary priority", text),
        Err(_) => warn("real time", "no thread could be started", "the system may be out of memory or of processes"),
    }
}

fn processor() -> Finding {
    let info = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = field(&info, &["model name", "Model", "Hardware"]).unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let has = field(&info, &["flags", "Features"]).unwrap_or_default();
    let wanted = ["sse2", "sse4_1", "avx", "avx2", "fma", "neon", "asimd"];
    let features: Vec<&str> = wanted.into_iter().filter(|w| has.split_whitespace().any(|f| f == *w)).collect();
    let features = if features.is_empty() { "no vector unit named".to_owned() } else { features.join(" ") };
    let detail = format!("{model}, {cores} cores, {features}");
    if cores < 2 {
        return warn("processor", detail, "with one core, decoding and playing wait for each other: prefer `minimal`");
    }
    fine("processor", detail)
}

/// The value of the first of `names` in the `name : value` lines of a file in /proc.
fn field(text: &str, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let lines = text.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| key.trim() == *name).map(|(_, value)| value.trim().to_owned()).next()
    })
}

fn line_of(path: &str) -> Option<String> {
    read_to_string(path).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn governor() -> Finding {
    let base = "/sys/devices/system/cpu/cpu0/cpufreq";
    let driver = line_of(&format!("{base}/scaling_driver")).unwrap_or_default();
    match line_of(&format!("{base}/scaling_governor")) {
        None => fine("governor", "the kernel does not change the clock rate (or a virtual machine hides it)"),
        // In this driver `powersave` is the usual, load-driven governor.
        Some(name) if name == "powersave" && !driver.starts_with("intel_pstate") => warn(
            "governor",
            name,
            "the processor stays at its lowest clock rate; as root: \
             echo schedutil | tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
        ),
        Some(name) => fine("governor", name),
    }
}

fn temperature() -> Finding {
    let zones = (0..64).map_while(|zone| {
        let base = format!("/sys/class/thermal/thermal_zone{zone}");
        Path::new(&base).exists().then(|| {
            let celsius = line_of(&format!("{base}/temp"))?.parse::<f64>().ok()? / 1000.0;
            Some((line_of(&format!("{base}/type")).unwrap_or_default(), celsius))
        })
    });
    let zones: Vec<(String, f64)> = zones.flatten().collect();
    let list = zones.iter().map(|(name, celsius)| format!("{name} {celsius:.0} °C")).collect::<Vec<_>>().join(", ");
    match zones.iter().map(|(_, celsius)| *celsius).reduce(f64::max) {
        None => warn("temperature", "no sensor", "heat cannot be watched; the system slows down unannounced when hot"),
        Some(hottest) if hottest >= 80.0 => warn("temperature", list, "near the limit: give it air or a heat sink"),
        Some(_) => fine("temperature", list),
    }
}

fn clock() -> Finding {
    match line_of("/sys/devices/system/clocksource/clocksource0/current_clocksource") {
        None => warn("clock", "unknown", "/sys does not tell; deadlines may be less exact"),
        Some(name) if ["hpet", "acpi_pm", "jiffies"].contains(&name.as_str()) => warn(
            "clock",
            name,
            "a slow clock source: each reading costs a microsecond; boot with tsc=reliable if it is",
        ),
        Some(name) => fine("clock", name),
    }
}

fn memory() -> Finding {
    let info = read_to_string("/proc/meminfo").unwrap_or_default();
    let mib = |name: &str| -> Option<u64> {
        Some(field(&info, &[name])?.split_whitespace().next()?.parse::<u64>().ok()? / 1024)
    };
    match (mib("MemAvailable"), mib("MemTotal")) {
        (Some(free), Some(all)) if free < 64 => {
            warn("memory", format!("{free} of {all} MiB free"), "end something else, or play fewer tracks at once")
        }
        (Some(free), Some(all)) => fine("memory", format!("{free} of {all} MiB free")),
        _ => warn("memory", "unknown", "/proc/meminfo cannot be read"),
    }
}
