import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const read = (name: string): Record<string, string> => JSON.parse(readFileSync(name, 'utf8')) as Record<string, string>;
const Chinese = /[一-龥]/;

test('every text of the code is in Chinese too, and none is left over', () => {
  const code = readdirSync('src').map((name) => readFileSync(join('src', name), 'utf8')).join('\n');
  const used = [...code.matchAll(/l10n\.t\(\s*'([^']*)'/g)].map(([, text]) => text ?? '');
  assert.equal(used.length, code.split('l10n.t(').length - 1, 'each call has its text in single quotes');
  const bundle = read('l10n/bundle.l10n.zh-cn.json');
  assert.deepEqual(Object.keys(bundle).sort(), [...new Set(used)].sort());
  for (const [english, chinese] of Object.entries(bundle)) {
    assert.match(chinese, Chinese);
    const places = (text: string) => (text.match(/\{\d\}/g) ?? []).sort();
    assert.deepEqual(places(chinese), places(english), english);
  }
});

test('every text of the manifest is in both languages, and none is left over', () => {
  const used = [...readFileSync('package.json', 'utf8').matchAll(/"%([^%]+)%"/g)].map(([, key]) => key ?? '');
  const [english, chinese] = [read('package.nls.json'), read('package.nls.zh-cn.json')];
  const keys = [...new Set(used)].sort();
  assert.deepEqual(Object.keys(english).sort(), keys);
  assert.deepEqual(Object.keys(chinese).sort(), keys);
  // The last place of `findProgram`.
  for (const texts of [english, chinese]) assert.match(texts['untrusted'] ?? '', /\bPATH\b/);
  for (const key of keys) {
    assert.match(chinese[key] ?? '', Chinese, key);
    if (!key.startsWith('walk.')) assert.doesNotMatch((english[key] ?? '').replaceAll(/（.*?）|\(.*?\)|: .*/g, ''), Chinese, key);
    const commands = (text = '') => text.match(/\(command:[^)]*\)/g) ?? [];
    assert.deepEqual(commands(chinese[key]), commands(english[key]), key);
  }
});

test('every command of the manifest is in the code, and each of its files exists', () => {
  const code = readdirSync('src').map((name) => readFileSync(join('src', name), 'utf8')).join('\n');
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
    contributes: { commands: { command: string }[]; walkthroughs: { steps: { media: { svg: string } }[] }[] };
  };
  const registered = [...code.matchAll(/'(budget\.\w+)', (?:\(|newRow|nextHole)/g)].map(([, name]) => name ?? '').sort();
  assert.deepEqual(registered, manifest.contributes.commands.map(({ command }) => command).sort());
  for (const { media } of manifest.contributes.walkthroughs.flatMap(({ steps }) => steps)) {
    const drawnFrom = media.svg.replace('dist/', '').replace('.svg', '.txt');
    assert.ok(readFileSync(drawnFrom, 'utf8').length > 0);
  }
});
