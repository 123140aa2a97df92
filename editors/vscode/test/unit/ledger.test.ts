import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { Ledgers } from '../../src/ledger';
import type { Programs } from '../../src/programs';
import type { How, Ran } from '../../src/run';
import { stage, TestDocument, Uri, window } from './vscode';

interface Run {
  readonly input: string;
  readonly signal: AbortSignal;
  readonly end: (ran: Ran) => void;
}

const recordOf = (text: string): string => JSON.stringify({
  cells: [], findings: [], relations: [], tables: [], page: `<html><body>${text}</body>`,
});
const ran = (stdout: string): Ran => ({ code: 0, stdout, stderr: '' });

test('one run makes the page; of those for a text that is typed in only the newest goes on, and none when the panel is closed', async () => {
  const runs: Run[] = [];
  const programs = {
    lint: (_: readonly string[], { input = '', signal }: How) => new Promise<Ran>((end) => {
      assert.ok(signal !== undefined);
      runs.push({ input, signal, end });
    }),
  } as unknown as Programs;
  const ledgers = new Ledgers(programs);
  const document = new TestDocument(Uri.file('/某局.budget'), '一');
  window.activeTextEditor = { document };
  void stage.commands.get('budget.showLedger')?.();
  const type = async (text: string) => {
    document.text = text;
    stage.changed.fire({ document, contentChanges: [{}] });
    await pause(500);
  };
  await type('二');
  await type('三');
  assert.deepEqual(runs.map(({ input }) => input), ['一', '二', '三']);
  assert.deepEqual(runs.map(({ signal }) => signal.aborted), [true, true, false]);
  const panel = stage.panels[0];
  assert.ok(panel !== undefined);
  // What an older one gave all the same isn't shown.
  for (const { input, end } of runs.slice(0, 2)) end(ran(recordOf(input)));
  await pause(0);
  assert.equal(panel.webview.html, '');
  runs[2]?.end(ran(recordOf('三')));
  await pause(0);
  assert.match(panel.webview.html, /<body>三/);

  await type('四');
  assert.equal(runs[3]?.signal.aborted, false);
  panel.dispose();
  assert.ok(runs.every(({ signal }) => signal.aborted));
  ledgers.dispose();
});
