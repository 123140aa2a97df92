// Folders as a person opens them: several at once, one that isn't trusted; what is found in them, what is brought in.
//   BUDGET_BIN, BUDGET_VSIX, BUDGET_WORKBENCH  as in workbench.test.mjs
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Workbench } from './workbench.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { BUDGET_BIN, BUDGET_VSIX, BUDGET_WORKBENCH } = process.env;
const document = readFileSync(join(here, '../corpus/000.budget'), 'utf8');

let workbench;
before(async () => {
  workbench = await Workbench.start(BUDGET_WORKBENCH, BUDGET_VSIX);
});
after(async () => {
  await workbench?.stop();
});

/** The rules of what is found in a file of the window's folder, in order, once that is right. */
async function found(window, name, right) {
  return window.waitFor(() => window.host(async (vscode, path) => {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    await vscode.window.showTextDocument(document, { preview: false });
    return vscode.languages.getDiagnostics(document.uri).map(({ code }) => code?.value ?? '').sort();
  }, join(window.folder, name)), right);
}

test('each of several folders has its own budget.toml; one that is closed is searched no more', async () => {
  const other = document.replace('# 第四部分', '# 第四部分\n\n某某专有名词：指本县才有的。');
  const window = await workbench.open({
    '甲/a.budget': document,
    '甲/budget.toml': '[rules]\nCOD002 = "off"\n',
    '乙/b.budget': other,
    '乙/unopened.budget': document,
  }, {}, 'zh-cn', ['甲', '乙']);
  const second = await found(window, '乙/b.budget', (rules) => rules.includes('COD002'));
  assert.ok(second.includes('COD002'), second.join());
  const first = await found(window, '甲/a.budget', (rules) => rules.length > 0);
  assert.ok(first.length > 0 && !first.includes('COD002'), first.join());

  const files = (query) => window.host(async (vscode, query) => {
    const symbols = await vscode.commands.executeCommand('vscode.executeWorkspaceSymbolProvider', query);
    return [...new Set(symbols.map(({ location }) => location.uri.path.split('/').slice(-2).join('/')))].sort();
  }, query);
  const all = ['乙/b.budget', '乙/unopened.budget', '甲/a.budget'];
  assert.deepEqual(await files('部门支出总体情况表'), all);
  await window.host((vscode) => {
    const own = vscode.workspace.workspaceFolders.find(({ name }) => name === '乙');
    vscode.workspace.updateWorkspaceFolders(own.index, 1);
  });
  // What is open is still found.
  const left = all.filter((name) => name !== '乙/unopened.budget');
  assert.deepEqual(await window.waitFor(() => files('部门支出总体情况表'), (seen) => seen.length === 2), left);
  await window.close();
});

test('a table of a file that is not open is gone to by its name', async () => {
  const window = await workbench.open({ 'deep/down/it.budget': document });
  // Any file of the language brings the server up.
  await window.only('other.budget', '---\n模板: 通用-预算\n---\n');
  await window.page.keyboard.press('Control+P');
  await window.page.locator('.quick-input-widget input').first().fill('#财政拨款收支预算总体情况表');
  const row = window.page.locator('.quick-input-list .monaco-list-row', { hasText: 'it.budget' }).first();
  await row.waitFor();
  await row.click();
  await window.page.waitForSelector('.tab.active[data-resource-name="it.budget"]');
  const line = await window.waitFor(() => window.host((vscode) => {
    const { document, selection } = vscode.window.activeTextEditor;
    return document.lineAt(selection.start.line).text;
  }), (text) => text.startsWith('##'));
  assert.match(line, /^## 表四 财政拨款收支预算总体情况表/);
  await window.close();
});

test('a file is picked in a dialog and imported', async () => {
  const window = await workbench.open({});
  const source = join(window.folder, '去年.docx');
  copyFileSync(join(here, '../fixtures/convert/000.libreoffice.docx'), source);
  await window.palette('>导入 Word', false);
  // The dialog of this workbench: a path to type.
  const input = window.page.locator('.quick-input-widget input').first();
  await window.waitFor(() => input.inputValue(), (value) => value.startsWith('/'));
  await input.fill(source);
  const row = window.page.locator('.quick-input-list .monaco-list-row', { hasText: '去年.docx' }).first();
  await row.waitFor();
  await row.click();
  await window.page.waitForSelector('.tab[data-resource-name="去年.budget"]');
  const run = spawnSync(join(BUDGET_BIN, 'budget-lint'), ['import', source], { encoding: 'utf8' });
  const text = await window.host((vscode) => vscode.workspace.textDocuments.find(({ uri }) => uri.path.endsWith('去年.budget')).getText());
  assert.equal(text, run.stdout);

  // Closed without a choice it does nothing, and says nothing.
  await window.palette('>导入 Word', false);
  await window.waitFor(() => input.inputValue(), (value) => value.startsWith('/'));
  await window.page.keyboard.press('Escape');
  await window.page.waitForSelector('.quick-input-widget', { state: 'hidden' });
  const tabs = await window.host((vscode) => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ label }) => label.endsWith('.budget')).length);
  assert.equal(tabs, 1);
  await window.close();
});

test('an explanation goes to the end of its file as that stands in the editor, saved or not', async () => {
  const window = await workbench.open({
    'budget.toml': 'explanations = "出错说明.toml"\n',
    '出错说明.toml': '# 说明\n',
    'disclosure.budget': document,
  });
  await found(window, 'disclosure.budget', (rules) => rules.includes('COD002'));
  const text = await window.host(async (vscode, path) => {
    const { commands, languages, window, workspace, Position, Uri } = vscode;
    const { document } = window.activeTextEditor;
    const known = await workspace.openTextDocument(Uri.file(path));
    const typed = new vscode.WorkspaceEdit();
    typed.insert(known.uri, new Position(1, 0), '# 还没有存的一行\n# 又一行');
    await workspace.applyEdit(typed);
    const { range } = languages.getDiagnostics(document.uri).find(({ code }) => code.value === 'COD002');
    const actions = await commands.executeCommand('vscode.executeCodeActionProvider', document.uri, range);
    const action = actions.find(({ title }) => title.includes('中说明 COD002 的原因'));
    await workspace.applyEdit(action.edit);
    return known.getText();
  }, join(window.folder, '出错说明.toml'));
  assert.match(text, /^# 说明\n# 还没有存的一行\n# 又一行\n\n\[\[explanation\]\]\nfile = "disclosure.budget"\nrule = "COD002"\n/);
  assert.equal(text.match(/\[\[explanation\]\]/g).length, 1);
  await window.close();
});

test('a folder that is not trusted chooses no program', async () => {
  const restricted = await Workbench.start(BUDGET_WORKBENCH, BUDGET_VSIX, { trust: true });
  try {
    const settings = { 'budget.server.path': '/bin/false', 'budget.lint.path': '/bin/false' };
    const window = await restricted.open({ 'disclosure.budget': document }, settings);
    const state = await window.host((vscode) => ({
      trusted: vscode.workspace.isTrusted,
      server: vscode.workspace.getConfiguration('budget').get('server.path'),
    }));
    assert.deepEqual(state, { trusted: false, server: '' });
    // The programs of the extension check it, and make its ledger.
    const rules = await found(window, 'disclosure.budget', (rules) => rules.includes('COD002'));
    assert.ok(rules.includes('COD002'), rules.join());
    await window.host((vscode) => vscode.commands.executeCommand('budget.showLedger'));
    await window.inFrame('核对清单');
    await window.close();
  } finally {
    await restricted.stop();
  }
});
