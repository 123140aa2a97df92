// The packaged extension, as a person meets it: a real disclosure opened in the real workbench.
//   BUDGET_BIN         folder of the release builds of budget-lint and budget-lsp
//   BUDGET_VSIX        the packaged extension
//   BUDGET_WORKBENCH   the folder that prepare.sh printed
//   BUDGET_SCREENSHOT  where to save the README's picture, if it is to be taken anew
// `tests/editor/run.sh` sets them all.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Workbench } from './workbench.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { BUDGET_BIN, BUDGET_VSIX, BUDGET_WORKBENCH, BUDGET_SCREENSHOT } = process.env;
const document = readFileSync(join(here, '../corpus/000.budget'), 'utf8');
const lines = document.split('\n');
/** The number of the only line after `from` that has all of `parts`, from 1. */
function lineOf(from, ...parts) {
  const start = lines.findIndex((line) => line.startsWith(from));
  assert.notEqual(start, -1, `no line begins with ${from}`);
  const found = lines.findIndex((line, index) => index >= start && parts.every((part) => line.includes(part)));
  assert.notEqual(found, -1, `no line has ${parts.join(' and ')}`);
  return found + 1;
}

let workbench;
/** The window of all tests; each has a file of its own in it. */
let window;

before(async () => {
  workbench = await Workbench.start(BUDGET_WORKBENCH, BUDGET_VSIX);
  window = await workbench.open({});
});
after(async () => {
  await workbench?.stop();
});

/** A test on a file of its own; a failure leaves a picture of it. */
function inWindow(title, name, text, body) {
  test(title, async () => {
    try {
      await window.only(`${name}.budget`, text);
      await body(window);
    } catch (error) {
      await window.screenshot(join(here, `failed-${name}.png`));
      throw error;
    }
  });
}

const twice = (line) => line.text.includes('30110') && line.text.includes('养老保险');
const squiggled = (screen) => screen.some((line) => line.text.includes('养老保险') && line.squiggles.includes('error'));

inWindow('a code used twice is squiggled on its line, said in the hover, and gone once mended', 'squiggle', document, async (window) => {
  const second = lineOf('## 表六', '30110', '养老保险');
  await window.goto(second, 4);
  await window.until('an error under the second 30110', (screen) =>
    screen.some((line) => twice(line) && line.squiggles.includes('error')));
  const said = await window.hover('COD002');
  assert.match(said, /30110 已有一行/);
  // The other place of it, to go to.
  assert.match(said, /squiggle\.budget\(315, 3\): 同一编码/);
  await window.page.keyboard.press('Escape');
  if (BUDGET_SCREENSHOT) await picture(window, second);

  // 养老保险 is 301 08: typing that takes the squiggle away.
  await window.goto(second, 1);
  await window.page.keyboard.press('Control+L');
  await window.page.keyboard.insertText(`${lines[second - 1].replace('30110', '30108')}\n`);
  await window.until('no error on the mended line', (screen) =>
    screen.some((line) => line.text.includes('30108') && line.text.includes('养老保险') && !line.squiggles.includes('error')));
});

inWindow('a key mends it', 'fix', document, async (window) => {
  const row = lineOf('# 第三部分', '医疗卫生健康支出');
  const warned = (line) => line.text.includes('支出预算包括') && line.squiggles.includes('warning');
  await window.goto(row, lines[row - 1].indexOf('医疗') + 2);
  await window.until('the squiggle', (screen) => screen.some(warned));
  await window.page.keyboard.press('Control+.');
  await window.page.locator('.action-widget .monaco-list-row', { hasText: '改为“卫生健康支出”' }).first().waitFor();
  await window.page.keyboard.press('Enter');
  await window.until('the name of the table', (screen) =>
    screen.some((line) => /：.*、卫生健康支出、/.test(line.text) && line.squiggles.length === 0));
});

inWindow('the problems are those of the command line', 'problems', document, async (window) => {
  const run = spawnSync(join(BUDGET_BIN, 'budget-lint'), ['check', '--format', 'json', '-'], { input: document, encoding: 'utf8' });
  const findings = JSON.parse(run.stdout);
  const count = (severity) => findings.filter((finding) => finding.severity === severity).length;
  const want = { error: count('error'), warning: count('warning'), info: count('info') };
  assert.ok(want.error > 0, 'the document has errors');
  let seen;
  for (let tries = 0; tries < 100; tries += 1) {
    seen = await window.problems();
    if (seen.error === want.error && seen.warning === want.warning && seen.info === want.info) break;
    await window.page.waitForTimeout(100);
  }
  assert.deepEqual(seen, want);
});

inWindow('a term is explained by the document’s own glossary', 'term', document, async (window) => {
  const heading = lineOf('### （一）机关运行经费', '机关运行经费');
  const explained = lineOf('# 第四部分', '机关运行经费：');
  const explanation = /：(.{10})/u.exec(lines[explained - 1])[1];
  await window.goto(heading, lines[heading - 1].indexOf('运行') + 1);
  const said = await window.hover(explanation);
  assert.ok(said.includes('机关运行经费'), said);
});

inWindow('a code cell completes function codes and fills the name', 'completion', document, async (window) => {
  const header = lines.findIndex((line) => line.startsWith('## 表三'));
  const row = lines.findIndex((line, index) => index > header && /^\|\s*2\d{6}\s*\|/.test(line)) + 1;
  assert.ok(row > 0, 'a row with a code');
  const cells = lines[row - 1].split('|').length - 4;
  await window.goto(row, 1);
  await window.page.keyboard.press('End');
  await window.page.keyboard.press('Enter');
  await window.page.keyboard.insertText(`| 20501 |  ${'|  '.repeat(cells)}|`);
  await window.goto(row + 1, 8);
  const offered = await window.completions();
  assert.ok(offered.length > 1, offered.join('\n'));
  const label = offered.find((text) => text.includes('2050101'));
  assert.ok(label !== undefined, `2050101 is among:\n${offered.join('\n')}`);
  assert.match(label, /行政运行/);
  if (BUDGET_SCREENSHOT) await window.screenshot(BUDGET_SCREENSHOT.replace('.png', '-completion.png'));
  await window.page.locator('.suggest-widget .monaco-list-row', { hasText: '2050101' }).first().click();
  await window.until('code and name in the row', (screen) =>
    screen.some((line) => /^\|\s*2050101\s*\|\s*行政运行\s*\|/.test(line.text)));
});

const TABLE = `---
模板: 新疆-2020-部门预算
部门: 某县档案馆
年度: 2020
金额单位: 万元
状态: 草稿
---

# 第二部分 部门预算公开表

## 表三 部门支出总体情况表

| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |
| --- | --- | ---: | ---: | ---: |
| 201 | 一般公共服务支出 | = | = | = |
| 待填 | 待填 | = | 待填 | 待填 |
|  | 合计 | = | = | = |

# 第三部分 部门预算情况说明

待填
`;

inWindow('the whole document is formatted by the key for it', 'format', TABLE, async (window) => {
  await window.page.keyboard.press('Control+Shift+I');
  await window.until('an aligned table', (screen) => screen.some(({ text }) =>
    text === '| 201      | 一般公共服务支出 |    = |        = |        = |'));
});

inWindow('Tab goes from cell to cell in reading order, with the text selected; Ctrl+Enter adds a row', 'cells', TABLE, async (window) => {
  const { keyboard } = window.page;
  const cursor = () => window.host(async (vscode) => {
    const { document, selection } = vscode.window.activeTextEditor;
    const seen = [selection.start.line + 1, document.getText(selection), selection.start.character];
    // The extension host has a selection that it set before the page has: once this is answered, so has the page.
    await vscode.commands.executeCommand('setContext', 'budget.probe', true);
    return seen;
  });
  const press = async (key, ...want) => {
    const before = await cursor();
    await keyboard.press(key);
    const seen = await window.waitFor(cursor, ([line, text, character]) =>
      line === want[0] && text === want[1] && (line !== before[0] || character !== before[2]));
    assert.deepEqual(seen.slice(0, 2), want, key);
  };
  await window.goto(15, 1);
  for (const text of ['一般公共服务支出', '=', '=', '=']) await press('Tab', 15, text);
  for (const text of ['待填', '待填', '=', '待填', '待填']) await press('Tab', 16, text);
  for (const text of ['', '合计', '=', '=', '=']) await press('Tab', 17, text);
  // After the last cell the next blank, wherever it is.
  await press('Tab', 21, '待填');
  await window.goto(16, 9);
  await press('Shift+Tab', 16, '待填');
  await press('Control+Enter', 17, '');
  await keyboard.type('20126');
  await window.until('a row more', (screen) => screen.some(({ text }) => /^\| 20126 *\| +\| += \|( +\|){2}$/.test(text)));
  await keyboard.press('Escape');
  await press('Alt+J', 22, '待填');
});

inWindow('Tab passes over comments, and stops at an empty cell that has one', 'commented', TABLE
  .replace('| 201 | 一般公共服务支出 | = | = | = |', '| 201 | 一般公共服务支出 <!-- 甲|乙 --> | = | = | = | <!-- 忽略 ARI001：因为 --> |')
  .replace('| 待填 | 待填 | = | 待填 | 待填 |', '<!-- 下面还没有数 -->\n| 20126 | 档案事务 | = | 1.00 | <!-- 待核 --> |'), async (window) => {
  const cursor = () => window.host(async (vscode) => {
    const { document, selection } = vscode.window.activeTextEditor;
    const seen = `${selection.start.line + 1}:${selection.start.character} ${document.getText(selection)}`;
    await vscode.commands.executeCommand('setContext', 'budget.probe', true);
    return seen;
  });
  await window.goto(15, 1);
  for (const want of [
    '15:8 一般公共服务支出', '15:32 =', '15:36 =', '15:40 =',
    '17:2 20126', '17:10 档案事务', '17:17 =', '17:21 1.00', '17:28 ',
    '18:2 ',
  ]) {
    await window.page.keyboard.press('Tab');
    assert.equal(await window.waitFor(cursor, (seen) => seen === want), want);
  }
});

inWindow('a new document from a template: which, whose, of which year', 'before-new', '', async (window) => {
  const { page } = window;
  const input = page.locator('.quick-input-widget input').first();
  await window.palette('>从模板新建', false);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: '新疆-2020-部门预算' }).waitFor();
  await input.fill('新疆-2020');
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget', { hasText: '全称' }).waitFor();
  await input.fill('某县档案馆');
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget', { hasText: '年度' }).waitFor();
  await input.fill('二〇二〇');
  await page.locator('.quick-input-message', { hasText: '四位数字' }).waitFor();
  await input.fill('2020');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.tab.active[data-resource-name="某县档案馆2020年.budget"]');
  const made = await window.host((vscode) => {
    const { document, selection } = vscode.window.activeTextEditor;
    return { text: document.getText(), scheme: document.uri.scheme, selected: document.getText(selection), language: document.languageId };
  });
  const run = spawnSync(join(BUDGET_BIN, 'budget-lint'), ['new', '新疆-2020-部门预算', '--body=某县档案馆', '--year=2020'], { encoding: 'utf8' });
  assert.deepEqual(made, { text: run.stdout, scheme: 'untitled', selected: '待填', language: 'budget' });
  // It is checked before it is saved: a blank is a thing to look at, no more.
  await window.settled(({ info, warning, error }) => info > 0 && warning === 0 && error === 0);
  await page.keyboard.press('Control+S');
  await page.waitForSelector('.tab.active:not(.dirty)[data-resource-name="某县档案馆2020年.budget"]');
  assert.equal(readFileSync(join(window.folder, '某县档案馆2020年.budget'), 'utf8'), run.stdout);
});

inWindow('a Word file is imported beside itself, and what is not in its place is told', 'before-import', TABLE, async (window) => {
  const source = join(window.folder, '去年.docx');
  copyFileSync(join(here, '../fixtures/convert/000.libreoffice.docx'), source);
  await window.host((vscode) => vscode.commands.executeCommand('workbench.files.action.refreshFilesExplorer'));
  await window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: '去年.docx' }).click({ button: 'right' });
  await window.choose('导入 Word');
  await window.page.waitForSelector('.tab[data-resource-name="去年.budget"]');
  const report = await window.inFrame('没有全部放到位');
  const run = spawnSync(join(BUDGET_BIN, 'budget-lint'), ['import', source], { encoding: 'utf8' });
  const told = run.stderr.trim().split('\n');
  assert.ok(told.length > 5, 'there is something to tell');
  assert.equal(await report.locator('li').count(), told.length);
  assert.ok((await report.locator('li').nth(2).innerText()).includes(told[2].replace('budget-lint：', '')));
  const text = await window.host((vscode) => vscode.workspace.textDocuments.find(({ uri }) => uri.path.endsWith('去年.budget')).getText());
  assert.equal(text, run.stdout);
  assert.ok(!existsSync(join(window.folder, '去年.budget')), 'nothing is written before it is saved');
});

inWindow('what cannot be imported is said', 'before-bad-import', TABLE, async (window) => {
  await window.host((vscode, path) => {
    void vscode.commands.executeCommand('budget.import', vscode.Uri.file(path));
  }, join(window.folder, '没有.xlsx'));
  assert.match(await window.notice('没有.xlsx'), /没有.xlsx：/);
});

inWindow('the ledger is that of the text in the editor, and leads to its cells', 'ledger', document, async (window) => {
  const { page } = window;
  await page.locator('.editor-actions .action-label[aria-label^="显示核对清单"]').first().click();
  const ledger = await window.inFrame('核对清单');
  const [, errors] = /有 (\d+) 处必须修改/.exec(await ledger.locator('.verdict').innerText());
  // A wrong cell, where it stands.
  await ledger.locator('td.wrong', { hasText: '养老保险' }).click();
  const at = () => window.host((vscode) => vscode.window.visibleTextEditors[0].selection.start.line + 1);
  const row = lineOf('## 表六', '30110', '养老保险');
  assert.equal(await window.waitFor(at, (line) => line === row), row);
  // A relation leads to the first of its cells, and its operands to theirs.
  await ledger.locator('#t2 td', { hasText: '6624.08' }).first().locator('a').click();
  assert.equal(await window.waitFor(at, (line) => line !== row), lineOf('## 表三', '6624.08'));
  // What is typed is in it, unsaved.
  await window.host(async (vscode, row) => {
    await vscode.window.visibleTextEditors[0].edit((edit) => edit.replace(new vscode.Range(row - 1, 2, row - 1, 7), '30108'));
  }, row);
  await window.inFrame(errors === '1' ? '没有必须修改的问题' : `有 ${errors - 1} 处必须修改`);
});

inWindow('the status bar and a line above each table say how it ended; a click shows that in the ledger', 'verdicts', document, async (window) => {
  const { page } = window;
  const item = page.locator('#budget-lint\\.budget-lint\\.budget\\.checked');
  await item.filter({ hasText: /成立 \d+|不成立 \d+/ }).waitFor();
  await window.goto(lineOf('## 表三', '合计', '8178.53') - 10, 1);
  const lens = page.locator('.codelens-decoration a', { hasText: /√|核对|差/ }).filter({ visible: true }).last();
  await lens.waitFor();
  await lens.click();
  await window.inFrame('核对清单');
  await window.host((vscode) => vscode.commands.executeCommand('workbench.action.closeEditorsInOtherGroups'));
  await window.host((vscode) => vscode.commands.executeCommand('workbench.action.focusFirstEditorGroup'));
  await page.keyboard.press('Escape');
  await item.click();
  await window.inFrame('核对清单');
});

inWindow('a bar aligns the row that is typed, and the cursor stays', 'bar', TABLE, async (window) => {
  const { keyboard } = window.page;
  await keyboard.press('Control+Shift+I');
  await window.until('an aligned table', (screen) => screen.some(({ text }) => text === '| 201      | 一般公共服务支出 |    = |        = |        = |'));
  await window.goto(15, 1);
  await keyboard.press('End');
  await keyboard.press('Enter');
  for (const cell of ['| 20126', ' | 档案事务', ' | = | = | = ']) await keyboard.insertText(cell);
  await keyboard.press('Escape');
  await keyboard.type('|');
  await window.until('an aligned row', (screen) => screen.some(({ text }) => text === '| 20126    | 档案事务         |    = |        = |        = |'));
  assert.equal(await window.host((vscode) => vscode.window.activeTextEditor.selection.active.line), 15);
});

inWindow('F12 goes from a term to its entry, F2 renames it wherever the template leaves its words free', 'rename', document, async (window) => {
  const { page } = window;
  const use = lineOf('### （一）机关运行经费', '机关运行经费');
  const entry = lineOf('# 第四部分', '机关运行经费：');
  await window.goto(use, lines[use - 1].indexOf('运行') + 1);
  await window.settled(({ error }) => error > 0);
  const cursor = () => window.host((vscode) => vscode.window.activeTextEditor.selection.active.line + 1);
  await page.keyboard.press('F12');
  assert.equal(await window.waitFor(cursor, (line) => line === entry), entry);
  await page.keyboard.press('F2');
  // The box is there before it has the focus.
  const box = page.locator('.rename-box input');
  await box.fill('机关运转经费');
  await box.press('Enter');
  const text = () => window.host((vscode) => vscode.window.activeTextEditor.document.getText());
  // The heading is the template's.
  const want = lines.map((line) => (line.startsWith('#') ? line : line.replaceAll('机关运行经费', '机关运转经费')));
  const renamed = await window.waitFor(text, (text) => text === want.join('\n'));
  assert.deepEqual(renamed.split('\n').filter((line, index) => line !== want[index]), []);
});

inWindow('the guide is there', 'guide', TABLE, async (window) => {
  await window.host((vscode) => vscode.commands.executeCommand('workbench.action.openWalkthrough', 'budget-lint.budget-lint#budget.start', false));
  const guide = window.page.locator('.gettingStartedContainer');
  await guide.filter({ hasText: '编一份预算公开文件' }).waitFor();
  for (const step of ['新建', '录入编码和数', '看问题', '一键修改', '核对清单', '安装等宽字体']) {
    await guide.locator('.step-title', { hasText: step }).first().waitFor();
  }
});

inWindow('the ledger runs no script but its own, and asks for nothing', 'policy', TABLE.replace('一般公共服务支出', '<img src=x onerror=alert(1)>'), async (window) => {
  const asked = [];
  window.page.on('request', (request) => asked.push(request.url()));
  await window.command('显示核对清单');
  const ledger = await window.inFrame('核对清单');
  assert.ok((await ledger.locator('body').innerText()).includes('<img src=x onerror=alert(1)>'), 'it is text');
  const policy = await ledger.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
  assert.match(policy, /^default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-[\w+/=]{22,}'$/);
  assert.deepEqual(asked.filter((url) => !url.startsWith(workbench.url) && !/^(data|blob|vscode-|https:\/\/[^/]*vscode-(cdn|resource))/.test(url)), []);
});

inWindow('a rule’s page is shown, from the list or from the finding', 'rule', document, async (window) => {
  const { page } = window;
  await window.goto(lineOf('## 表六', '30110', '养老保险'), 4);
  await window.until('the squiggle', squiggled);
  await window.palette('>解释规则', false);
  // Those at the cursor come first.
  await page.locator('.quick-input-list .monaco-list-row', { hasText: 'COD002' }).first().waitFor();
  assert.match(await page.locator('.quick-input-list .monaco-list-row').first().innerText(), /COD002/);
  await page.keyboard.press('Enter');
  const rule = await window.inFrame('COD002');
  assert.match(await rule.locator('h2').first().innerText(), /检查什么/);
});

inWindow('settings hold at once', 'settings', document, async (window) => {
  const set = (name, value) => window.host((vscode, name, value) =>
    vscode.workspace.getConfiguration().update(name, value ?? undefined, vscode.ConfigurationTarget.Workspace), name, value);
  await window.settled(({ error, warning }) => error > 0 && warning > 0);
  const before = await window.problems();
  await set('budget.minSeverity', 'error');
  await window.settled(({ error, warning, info }) => error === before.error && warning === 0 && info === 0);
  await set('budget.minSeverity', null);
  await window.settled(({ warning, info }) => warning === before.warning && info === before.info);
});

inWindow('budget.toml holds as soon as it is saved', 'config', document, async (window) => {
  await window.settled(({ error }) => error > 0);
  const before = await window.problems();
  await window.host(async (vscode) => {
    const uri = vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, 'budget.toml');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('ignore = ["COD002"]\n'));
  });
  try {
    await window.settled(({ error }) => error === before.error - 1);
  } finally {
    await window.host((vscode) => vscode.workspace.fs.delete(vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, 'budget.toml')));
  }
  await window.settled(({ error }) => error === before.error);
});

inWindow('a path that is no program is said in Chinese, and no other is used', 'no-server', document, async (window) => {
  const set = (value) => window.host((vscode, value) => vscode.workspace.getConfiguration()
    .update('budget.server.path', value ?? undefined, vscode.ConfigurationTarget.Workspace), value);
  await window.settled(({ error }) => error > 0);
  await set('/nowhere/budget-lsp');
  assert.match(await window.notice('不是能运行的程序'), /设置 budget\.server\.path 写的“\/nowhere\/budget-lsp”/);
  await window.settled(({ error, warning, info }) => error + warning + info === 0);
  await set(null);
  await window.settled(({ error }) => error > 0);
});

inWindow('the server restarts by its command', 'restart', document, async (window) => {
  await window.goto(lineOf('## 表六', '30110', '养老保险'), 4);
  await window.until('the squiggle', squiggled);
  await window.page.evaluate(() => {
    globalThis.vanished = false;
    const watch = () => {
      if (document.querySelector('.monaco-editor .squiggly-error') === null) globalThis.vanished = true;
      else setTimeout(watch, 1);
    };
    watch();
  });
  await window.command('重新启动核对服务');
  await window.page.waitForFunction(() => globalThis.vanished);
  await window.until('the squiggle again', squiggled);
});

test('in an English workbench the commands are English', async () => {
  const english = await workbench.open({ 'a.budget': TABLE }, {}, 'en');
  try {
    await english.file('a.budget');
    await english.palette('>Explain a Rule', false);
    await english.page.locator('.quick-input-title', { hasText: 'Explain a Rule' }).waitFor();
  } finally {
    await english.close();
  }
});

/** The README's first picture: squiggles, the hover of one finding, verdicts above tables, the status bar. */
async function picture(window, line) {
  await window.command('View: Toggle Primary Side Bar Visibility');
  await window.goto(line, 4);
  await window.hover('COD002');
  await window.screenshot(BUDGET_SCREENSHOT);
  await window.page.keyboard.press('Escape');
  await window.command('View: Toggle Primary Side Bar Visibility');
}
