import assert from 'node:assert/strict';
import { test } from 'node:test';

import { run } from '../../src/run';

const node = (script: string, how = {}) => run(process.execPath, ['-e', script], how);

test('what a program says, whole', async () => {
  const ran = await node('process.stdin.on("data", (data) => { process.stdout.write(data); process.stderr.write("错\\n"); process.exitCode = 1 })', {
    input: '预算'.repeat(10_000),
  });
  assert.deepEqual(ran, { code: 1, stdout: '预算'.repeat(10_000), stderr: '错\n' });
});

test('a program that reads nothing, or is not there', async () => {
  assert.equal((await node('process.exit(3)', { input: 'x'.repeat(1_000_000) })).code, 3);
  await assert.rejects(run('/nowhere/budget-lint', []), /ENOENT/);
});

test('it is ended when nobody wants it any more', async () => {
  const stop = new AbortController();
  const ran = node('setTimeout(() => {}, 60000)', { signal: stop.signal });
  stop.abort();
  await assert.rejects(ran, /abort/i);
});
