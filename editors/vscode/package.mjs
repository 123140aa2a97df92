// Packages the extension with a server inside: dist/budget-lint-PLATFORM.vsix.
//   node package.mjs [--server FILE] [--target PLATFORM] [--out FILE]
// FILE is the release build of budget-lsp (default: ../../target/release/budget-lsp, or $CARGO_TARGET_DIR).
// PLATFORM is one of VS Code's (default: this machine's): linux-x64, win32-x64, darwin-arm64, alpine-x64 …
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { server: { type: 'string' }, target: { type: 'string' }, out: { type: 'string' } } });
const target = values.target ?? `${process.platform}-${process.arch}`;
const name = target.startsWith('win32') ? 'budget-lsp.exe' : 'budget-lsp';
const server = resolve(values.server ?? join(process.env.CARGO_TARGET_DIR ?? '../../target', 'release', name));
if (!existsSync(server)) {
  console.error(`no server at ${server}: run "cargo build --release -p budget-lsp" first, or name it with --server`);
  process.exit(2);
}

rmSync('server', { recursive: true, force: true });
mkdirSync('server');
copyFileSync(server, join('server', name));
chmodSync(join('server', name), 0o755);
copyFileSync('../../LICENSE-MIT', 'LICENSE.txt');

const run = (script, ...args) => execFileSync(process.execPath, [script, ...args], { stdio: 'inherit' });
run('esbuild.mjs');
const out = values.out ?? `dist/budget-lint-${target}.vsix`;
run('node_modules/@vscode/vsce/vsce', 'package', '--no-dependencies', '--target', target, '--out', out);
console.log(resolve(out));
