import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { targetsOf } from '../../executable.mjs';

/** The beginning of a 64-bit ELF program, with a loader or without. */
function elf(machine, loader) {
  const bytes = Buffer.alloc(256);
  bytes.write('\x7fELF', 'latin1');
  bytes.set([2, 1], 4);
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(loader === undefined ? 1 : 3, 64);
  if (loader !== undefined) {
    bytes.writeBigUInt64LE(160n, 72);
    bytes.writeBigUInt64LE(BigInt(loader.length), 96);
    bytes.write(loader, 160, 'latin1');
  }
  return bytes;
}

function pe(machine) {
  const bytes = Buffer.alloc(256);
  bytes.write('MZ', 'latin1');
  bytes.writeUInt32LE(128, 0x3c);
  bytes.write('PE\0\0', 128, 'latin1');
  bytes.writeUInt16LE(machine, 132);
  return bytes;
}

function mach(type) {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(0xfeedfacf, 0);
  bytes.writeUInt32LE(type, 4);
  return bytes;
}

function fat(...types) {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32BE(0xcafebabe, 0);
  bytes.writeUInt32BE(types.length, 4);
  types.forEach((type, nth) => bytes.writeUInt32BE(type, 8 + 20 * nth));
  return bytes;
}

test('a header says what a program is for', () => {
  assert.deepEqual(targetsOf(elf(0x3e, '/lib64/ld-linux-x86-64.so.2\0')), ['linux-x64']);
  assert.deepEqual(targetsOf(elf(0xb7, '/lib/ld-linux-aarch64.so.1\0')), ['linux-arm64']);
  assert.deepEqual(targetsOf(elf(0x3e, '/lib/ld-musl-x86_64.so.1\0')), ['alpine-x64']);
  assert.deepEqual(targetsOf(elf(0x3e)), ['linux-x64', 'alpine-x64']);
  assert.deepEqual(targetsOf(pe(0x8664)), ['win32-x64']);
  assert.deepEqual(targetsOf(pe(0xaa64)), ['win32-arm64']);
  assert.deepEqual(targetsOf(mach(0x01000007)), ['darwin-x64']);
  assert.deepEqual(targetsOf(mach(0x0100000c)), ['darwin-arm64']);
  assert.deepEqual(targetsOf(fat(0x01000007, 0x0100000c)), ['darwin-x64', 'darwin-arm64']);
});

test('what is no program is for nothing', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from('#!/bin/sh\n'.repeat(20)), Buffer.alloc(256), elf(0x28), pe(0x14c), fat()]) {
    assert.deepEqual(targetsOf(bytes), []);
  }
  // Headers that point beyond the end.
  const far = elf(0x3e, 'x');
  far.writeBigUInt64LE(1n << 40n, 32);
  assert.deepEqual(targetsOf(far), ['linux-x64', 'alpine-x64']);
  const lost = pe(0x8664);
  lost.writeUInt32LE(0xffffff00, 0x3c);
  assert.deepEqual(targetsOf(lost), []);
});

test('this machine’s own program is for this machine', { skip: process.platform !== 'linux' }, () => {
  const targets = targetsOf(readFileSync(process.execPath));
  assert.ok(targets.includes(`linux-${process.arch}`), targets.join());
});

test('programs of another machine are not packaged', () => {
  const folder = mkdtempSync(join(tmpdir(), 'budget-package-'));
  const out = join(folder, 'a.vsix');
  const pack = (target) => spawnSync(process.execPath, ['package.mjs', '--bin', folder, '--target', target, '--out', out], { encoding: 'utf8' });
  try {
    assert.match(pack('linux-x64').stderr, /no budget-lsp in/);
    for (const name of ['budget-lsp', 'budget-lint']) writeFileSync(join(folder, name), elf(0x3e, '/lib64/ld-linux-x86-64.so.2\0'));
    for (const name of ['budget-lsp.exe', 'budget-lint.exe']) writeFileSync(join(folder, name), mach(0x0100000c));
    for (const target of ['linux-arm64', 'alpine-x64', 'darwin-arm64', 'win32-x64']) {
      const ran = pack(target);
      assert.equal(ran.status, 2, target);
      assert.match(ran.stderr, new RegExp(`is for (linux-x64|darwin-arm64), not for ${target}`));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
