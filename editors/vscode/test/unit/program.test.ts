import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';

import { findProgram, type Places } from '../../src/program';

/** A folder with `extension/`, `workspace/` and `bin/`, and the places that point at them. */
function room(): { root: string; places: Places } {
  const root = mkdtempSync(join(tmpdir(), 'budget-server-'));
  for (const name of ['extension/bin', 'workspace', 'bin', 'other']) mkdirSync(join(root, name), { recursive: true });
  return {
    root,
    places: {
      setting: '',
      extension: join(root, 'extension'),
      workspace: join(root, 'workspace'),
      path: [join(root, 'other'), join(root, 'bin')].join(delimiter),
      platform: 'linux',
    },
  };
}

function program(path: string, mode = 0o755): string {
  writeFileSync(path, '#!/bin/sh\n');
  chmodSync(path, mode);
  return path;
}

test('the setting comes before all else', () => {
  const { root, places } = room();
  program(join(root, 'extension/bin/budget-lsp'));
  const mine = program(join(root, 'workspace/mine'));
  const found = { kind: 'found', command: mine, origin: 'setting' };
  assert.deepEqual(findProgram('budget-lsp', { ...places, setting: ` ${mine} ` }), found);
  assert.deepEqual(findProgram('budget-lsp', { ...places, setting: '${workspaceFolder}/mine' }), found);
  assert.deepEqual(findProgram('budget-lsp', { ...places, setting: 'mine' }), found);
});

test('a setting that names no program is not passed over', () => {
  const { root, places } = room();
  program(join(root, 'extension/bin/budget-lsp'));
  for (const name of ['absent', 'folder', 'text']) {
    const tried = join(root, 'workspace', name);
    if (name === 'folder') mkdirSync(tried);
    if (name === 'text') program(tried, 0o644);
    assert.deepEqual(findProgram('budget-lsp', { ...places, setting: tried }), { kind: 'bad-setting', tried });
  }
});

test('the server in the extension comes before the search path, and is made runnable', () => {
  const { root, places } = room();
  program(join(root, 'bin/budget-lsp'));
  const bundled = program(join(root, 'extension/bin/budget-lsp'), 0o644);
  assert.deepEqual(findProgram('budget-lsp', places), { kind: 'found', command: bundled, origin: 'bundled' });
  assert.equal(statSync(bundled).mode & 0o777, 0o755);
});

test('the search path is the last resort, without its relative entries', () => {
  const { root, places } = room();
  assert.deepEqual(findProgram('budget-lsp', places), { kind: 'none' });
  const command = program(join(root, 'bin/budget-lsp'));
  assert.deepEqual(findProgram('budget-lsp', places), { kind: 'found', command, origin: 'path' });
  const here = process.cwd();
  process.chdir(join(root, 'bin'));
  try {
    assert.deepEqual(findProgram('budget-lsp', { ...places, path: ['', '.', 'bin'].join(delimiter) }), { kind: 'none' });
  } finally {
    process.chdir(here);
  }
});

test('Windows programs end in .exe', () => {
  const { root, places } = room();
  program(join(root, 'bin/budget-lsp'));
  assert.deepEqual(findProgram('budget-lsp', { ...places, platform: 'win32' }), { kind: 'none' });
  const command = program(join(root, 'bin/budget-lsp.exe'), 0o644);
  assert.deepEqual(findProgram('budget-lsp', { ...places, platform: 'win32' }), { kind: 'found', command, origin: 'path' });
});
