// Packages the extension with both programs inside: dist/budget-lint-PLATFORM.vsix.
//   node package.mjs [--bin FOLDER] [--target PLATFORM] [--out FILE]
// FOLDER holds the release builds of budget-lsp and budget-lint (default: ../../target/release, or that of
// $CARGO_TARGET_DIR). PLATFORM is one of VS Code's (default: this machine's): linux-x64, linux-arm64, alpine-x64,
// win32-x64, darwin-x64, darwin-arm64 … Programs for another machine are refused.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { targetsOf } from './executable.mjs';

const { values } = parseArgs({ options: { bin: { type: 'string' }, target: { type: 'string' }, out: { type: 'string' } } });
const target = values.target ?? `${process.platform}-${process.arch}`;
const folder = resolve(values.bin ?? join(process.env.CARGO_TARGET_DIR ?? fromHere('../../target'), 'release'));
const out = resolve(values.out ?? fromHere(`dist/budget-lint-${target}.vsix`));
process.chdir(dirname(fileURLToPath(import.meta.url)));

const programs = ['budget-lsp', 'budget-lint'].map((name) => (target.startsWith('win32') ? `${name}.exe` : name));
for (const name of programs) {
  const file = join(folder, name);
  if (!existsSync(file)) fail(`no ${name} in ${folder}: run "cargo build --release -p budget-lsp -p budget-lint" first, or name the folder with --bin`);
  const targets = targetsOf(readFileSync(file));
  if (!targets.includes(target)) {
    fail(`${file} is ${targets.length === 0 ? 'no program' : `for ${targets.join(', ')}`}, not for ${target}`);
  }
}

rmSync('bin', { recursive: true, force: true });
mkdirSync('bin');
for (const name of programs) {
  copyFileSync(join(folder, name), join('bin', name));
  chmodSync(join('bin', name), 0o755);
}
copyFileSync('../../LICENSE-MIT', 'LICENSE.txt');

const run = (script, ...args) => execFileSync(process.execPath, [script, ...args], { stdio: 'inherit' });
run('esbuild.mjs');
run('walkthrough.mjs');
mkdirSync(dirname(out), { recursive: true });
run('node_modules/@vscode/vsce/vsce', 'package', '--no-dependencies', '--target', target, '--out', out);
console.log(out);

function fromHere(path) {
  return join(dirname(fileURLToPath(import.meta.url)), path);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
