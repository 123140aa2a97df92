// Pages that are made when they are opened.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type * as vscode from 'vscode';

import { Imports } from '../../src/import';
import type { Programs } from '../../src/programs';
import { Rules } from '../../src/rule';
import { stage, TestDocument, Uri } from './vscode';

const uriOf = (uri: unknown) => uri as vscode.Uri;

test('the report of an import is whole when it is opened again', async () => {
  const programs = {
    lint: () => Promise.resolve({ code: 1, stdout: '# 某局\n', stderr: 'budget-lint：去年.docx：放好了 1 处\nbudget-lint：第 2 张表：没有地方放\n' }),
  } as unknown as Programs;
  const imports = new Imports(programs);
  let click: (button: string) => void = () => undefined;
  stage.click = () => new Promise((resolve) => (click = resolve));
  const opened = () => stage.executed.filter(([name]) => name === 'vscode.openWith').map(([, uri]) => uri as Uri);
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  await stage.commands.get('budget.import')?.(Uri.file('/去年.docx'));
  await settle();
  const [page] = opened();
  assert.ok(page !== undefined, 'it is shown at once: not everything is in its place');
  const text = imports.provideTextDocumentContent(uriOf(page));
  assert.match(text, /- 第 2 张表：没有地方放\n/);

  stage.closed.fire(new TestDocument(page));
  assert.equal(imports.provideTextDocumentContent(uriOf(page)), '', 'what is closed is not kept');
  let renewed = 0;
  (imports.onDidChange as unknown as (listener: () => void) => void)(() => (renewed += 1));
  click('Report');
  await settle();
  assert.equal(opened().length, 2);
  assert.equal(imports.provideTextDocumentContent(uriOf(page)), text);
  assert.equal(renewed, 1);
  imports.dispose();
});

test('a rule’s page is that of a code; nothing else reaches the program', async () => {
  const asked: (readonly string[])[] = [];
  const programs = {
    lint: (args: readonly string[]) => {
      asked.push(args);
      return Promise.resolve({ code: 0, stdout: `# ${args.at(-1)}\n`, stderr: '' });
    },
  } as unknown as Programs;
  const rules = new Rules(programs);
  const page = (path: string) => rules.provideTextDocumentContent(uriOf(new Uri('budget-rule', path)));
  assert.equal(await page('/COD002.md'), '# COD002\n');
  for (const path of ['/--help', '/--help.md', '/-V.md', '/', '/COD0021.md', '/COD002/../--help.md']) {
    assert.equal(await page(path), '', path);
  }
  assert.deepEqual(asked, [['explain', 'COD002']]);
  rules.dispose();
});
