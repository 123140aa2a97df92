//! `budget-lsp`: the language server over standard input and output.

use std::process::ExitCode;
use std::time::Duration;

use budget_lsp::{Options, serve, transport};

const HELP: &str = "\
budget-lsp：预算公开文件（.budget）的语言服务器，由编辑器启动，经标准输入输出通信。

用法：budget-lsp [--stdio]

  --stdio    使用标准输入输出（默认，也是唯一的方式）
  --version  显示版本
  --help     显示本说明
";

fn main() -> ExitCode {
    for argument in std::env::args_os().skip(1) {
        match argument.to_str() {
            Some("--stdio") => {}
            Some("--version" | "-V") => {
                println!("budget-lsp {}", env!("CARGO_PKG_VERSION"));
                return ExitCode::SUCCESS;
            }
            Some("--help" | "-h") => {
                print!("{HELP}");
                return ExitCode::SUCCESS;
            }
            // Some clients announce their process on the command line too.
            Some(other) if other.starts_with("--clientProcessId=") => {}
            _ => {
                eprintln!(
                    "不认识的参数“{}”。请用 budget-lsp --help 查看用法。",
                    argument.to_string_lossy()
                );
                return ExitCode::from(2);
            }
        }
    }
    let threads = std::thread::available_parallelism().map_or(2, |n| n.get().clamp(2, 8));
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .max_blocking_threads(threads)
        .thread_keep_alive(Duration::from_secs(600))
        .enable_time()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("语言服务器无法启动：{error}");
            return ExitCode::from(2);
        }
    };
    let (output, drained) = transport::output(std::io::stdout());
    let input = transport::input(std::io::stdin());
    let code = runtime.block_on(serve(input, output, Options::default()));
    drained.wait(Duration::from_millis(500));
    // Threads may still be in a read or a check; nobody waits for them any more.
    std::process::exit(code.into())
}
