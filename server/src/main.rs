//! The program `lavalink-rust`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
