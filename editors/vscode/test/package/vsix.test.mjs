// What the packaged extension holds.
//   BUDGET_VSIX  the package
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { test } from 'node:test';

const { BUDGET_VSIX } = process.env;
/** Name, size and permission bits of every file. */
const LIST = `import json, sys, zipfile
print(json.dumps([[f.filename, f.file_size, f.external_attr >> 16 & 0o777] for f in zipfile.ZipFile(sys.argv[1]).infolist()]))`;

test('the package holds what it should, and no more', { skip: BUDGET_VSIX === undefined }, () => {
  const files = JSON.parse(execFileSync('python3', ['-c', LIST, BUDGET_VSIX], { encoding: 'utf8' }));
  const names = files.map(([name]) => name).filter((name) => name.startsWith('extension/')).sort();
  const walk = ['codes', 'fix', 'font', 'ledger', 'new', 'problems'].map((step) => `extension/dist/walkthrough/${step}.svg`);
  assert.deepEqual(names, [
    'extension/LICENSE.txt',
    'extension/bin/budget-lint',
    'extension/bin/budget-lsp',
    'extension/dist/extension.js',
    ...walk,
    'extension/images/file-dark.svg',
    'extension/images/file-light.svg',
    'extension/images/icon.png',
    'extension/l10n/bundle.l10n.zh-cn.json',
    'extension/language-configuration.json',
    'extension/package.json',
    'extension/package.nls.json',
    'extension/package.nls.zh-cn.json',
    'extension/readme.md',
    'extension/syntaxes/budget.tmLanguage.json',
  ]);
  const size = (name) => files.find(([it]) => it === `extension/${name}`)[1];
  for (const [name, , mode] of files) {
    if (name.startsWith('extension/bin/')) assert.equal(mode & 0o111, 0o111, `${name} can be run`);
  }
  assert.ok(size('dist/extension.js') < 1_000_000, `the code is ${size('dist/extension.js')} bytes`);
  // What someone downloads, and a colleague carries into an office without a network.
  assert.ok(statSync(BUDGET_VSIX).size < 12_000_000, `the package is ${statSync(BUDGET_VSIX).size} bytes`);
});
