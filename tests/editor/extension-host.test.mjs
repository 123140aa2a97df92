// What the extension gives the editor, asked for in the real extension host as VS Code asks for it.
//   BUDGET_VSIX, BUDGET_WORKBENCH  as in workbench.test.mjs
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Workbench } from './workbench.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { BUDGET_VSIX, BUDGET_WORKBENCH } = process.env;
const document = readFileSync(join(here, '../corpus/000.budget'), 'utf8');
const lines = document.split('\n');
/** Where a piece of a line after `from` stands, from 0. */
function at(from, line, piece) {
  const start = lines.findIndex((text) => text.startsWith(from));
  const found = lines.findIndex((text, index) => index >= start && text.includes(line) && text.includes(piece));
  assert.ok(start >= 0 && found >= 0, `${piece} in ${line} after ${from}`);
  return [found, lines[found].indexOf(piece)];
}

let workbench;
let window;

before(async () => {
  workbench = await Workbench.start(BUDGET_WORKBENCH, BUDGET_VSIX);
  window = await workbench.open({});
  await window.only('disclosure.budget', document);
  await window.settled(({ error }) => error > 0);
});
after(async () => {
  await workbench?.stop();
});

/** Asks a provider about a place of the document; its answer, in plain values. */
function ask(command, place, ...args) {
  return window.host(async (vscode, command, place, args) => {
    const { uri } = vscode.window.activeTextEditor.document;
    const position = place === null ? [] : [new vscode.Position(...place)];
    const answer = await vscode.commands.executeCommand(command, uri, ...position, ...args);
    return JSON.parse(JSON.stringify(answer ?? null));
  }, command, place, args);
}

/** The lines of a list of places, from 0. */
const linesOf = (places) => places.map(({ range, targetRange }) => (range ?? targetRange)[0].line);

test('a finding says where else, and leads to its rule', async () => {
  const found = await window.host((vscode) => {
    const { uri } = vscode.window.activeTextEditor.document;
    const [twice] = vscode.languages.getDiagnostics(uri).filter(({ code }) => code.value === 'COD002');
    return { lines: [twice.range, twice.relatedInformation[0].location.range].map(({ start }) => start.line), page: twice.code.target.toString(), source: twice.source };
  });
  assert.deepEqual(found, { lines: [318, 314], page: 'budget-rule:/COD002.md', source: 'budget-lint' });
});

test('a number’s hover has its relations', async () => {
  const said = await window.host(async (vscode, place) => {
    const { uri } = vscode.window.activeTextEditor.document;
    const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', uri, new vscode.Position(...place));
    return hovers.flatMap(({ contents }) => contents.map(({ value }) => value)).join('\n');
  }, at('## 表三', '合计', '8178.53'));
  assert.match(said, /成立/);
  assert.match(said, /8178\.53/);
});

test('from a term to its entry, and from there to its uses', async () => {
  const use = at('### （一）机关运行经费', '机关运行经费', '机关运行经费');
  const entry = at('# 第四部分', '机关运行经费：', '机关运行经费');
  const [definition] = await ask('vscode.executeDefinitionProvider', use);
  assert.equal((definition.range ?? definition.targetRange)[0].line, entry[0]);
  const uses = linesOf(await ask('vscode.executeReferenceProvider', entry));
  assert.ok(uses.includes(use[0]), uses.join());
  const marks = await ask('vscode.executeDocumentHighlights', use);
  assert.deepEqual(linesOf(marks).sort(), uses.sort());
});

test('a project is renamed wherever it stands', async () => {
  const name = '自治区人民政府第五办公室经费';
  const place = at('## 七', '项目名称', name);
  const wanted = lines.flatMap((text, line) => (text.includes(name) ? [line] : []));
  assert.ok(wanted.length > 1);
  const edits = await window.host(async (vscode, place) => {
    const { uri } = vscode.window.activeTextEditor.document;
    const edit = await vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', uri, new vscode.Position(...place), '五办经费');
    return edit.get(uri).map(({ range, newText }) => [range.start.line, newText]);
  }, place);
  assert.deepEqual(edits.map(([line]) => line).sort((a, b) => a - b), wanted);
  assert.ok(edits.every(([, text]) => text === '五办经费'));
});

test('the outline, the folds, and what grows around the cursor', async () => {
  const { names, folds } = await window.host(async (vscode) => {
    const { uri } = vscode.window.activeTextEditor.document;
    const symbols = await vscode.commands.executeCommand('vscode.executeDocumentSymbolProvider', uri);
    const folds = await vscode.commands.executeCommand('vscode.executeFoldingRangeProvider', uri);
    const names = symbols.flatMap(({ children }) => children).map(({ name }) => name);
    return { names, folds: folds.map(({ start }) => start) };
  });
  assert.ok(names.some((name) => name.startsWith('表三')), names.join());
  assert.ok(folds.some((start) => lines[start].startsWith('## 表三')), folds.join());
  const [cell] = at('## 表三', '合计', '8178.53').slice(0, 1);
  const grown = await window.host(async (vscode, place) => {
    const { document } = vscode.window.activeTextEditor;
    const [range] = await vscode.commands.executeCommand('vscode.executeSelectionRangeProvider', document.uri, [new vscode.Position(...place)]);
    const seen = [];
    for (let at = range; at !== undefined; at = at.parent) seen.push(document.getText(at.range));
    return seen;
  }, [cell, lines[cell].indexOf('8178.53') + 1]);
  const cellAt = grown.findIndex((text) => text.trim() === '8178.53');
  const rowAt = grown.findIndex((text) => text.includes('合计') && !text.includes('\n'));
  assert.ok(cellAt >= 0 && rowAt > cellAt, grown.slice(0, 4).join('\n--\n'));
});

test('a verdict above each table, that shows its ledger', async () => {
  const lenses = await ask('vscode.executeCodeLensProvider', null);
  const said = lenses.map(({ range, command }) => `${lines[range[0].line]} ${command.title}`).join("\n");
  assert.ok(lenses.length >= 9, said);
  const third = lenses.find(({ range }) => lines[range[0].line].startsWith('## 表三'));
  assert.match(third.command.title, /√|核对|差|待填/);
  assert.equal(third.command.command, 'budget.showLedger');
});

test('colours by meaning', async () => {
  const { legend, data } = await window.host(async (vscode) => {
    const { uri } = vscode.window.activeTextEditor.document;
    const legend = await vscode.commands.executeCommand('vscode.provideDocumentSemanticTokensLegend', uri);
    const tokens = await vscode.commands.executeCommand('vscode.provideDocumentSemanticTokens', uri);
    return { legend: legend.tokenTypes, data: [...tokens.data] };
  });
  const types = new Set(data.filter((_, nth) => nth % 5 === 3).map((type) => legend[type]));
  for (const type of ['heading', 'number']) assert.ok(types.has(type), [...types].join());
});

test('inlay hints say what an expression comes to; not in cells unless asked', async () => {
  const text = '---\n模板: 新疆-2020-部门预算\n年度: 2020\n---\n\n# 第二部分 部门预算公开表\n\n## 表三 部门支出总体情况表\n\n'
    + '| 科目编码 | 功能分类科目名称 | 合计 | 基本支出 | 项目支出 |\n| --- | --- | ---: | ---: | ---: |\n'
    + '| 201 | 一般公共服务支出 | = | 1.00 | 2.00 |\n\n# 第三部分 部门预算情况说明\n\n共 {表三.201.合计} 万元。\n';
  await window.only('hints.budget', text);
  try {
    const hints = () => window.host(async (vscode) => {
      const { document } = vscode.window.activeTextEditor;
      const all = new vscode.Range(0, 0, document.lineCount, 0);
      const hints = await vscode.commands.executeCommand('vscode.executeInlayHintProvider', document.uri, all);
      return hints.map(({ position, label }) => [position.line, typeof label === 'string' ? label : label.map(({ value }) => value).join('')]);
    });
    const set = (name, value) => window.host((vscode, name, value) =>
      vscode.workspace.getConfiguration('budget').update(name, value ?? undefined, vscode.ConfigurationTarget.Workspace), name, value);
    /** The lines with hints, once they are those. */
    const linesWith = async (want) => {
      const lines = (seen) => [...new Set(seen.map(([line]) => line))].join();
      return lines(await window.waitFor(hints, (seen) => lines(seen) === want));
    };
    assert.equal(await linesWith('15'), '15');
    assert.ok((await hints()).some(([, label]) => label.includes('3.00')), JSON.stringify(await hints()));
    await set('inlayHints.cells', true);
    assert.equal(await linesWith('11,15'), '11,15');
    await set('inlayHints.cells', null);
    await set('inlayHints.enable', false);
    assert.equal(await linesWith(''), '');
    await set('inlayHints.enable', null);
  } finally {
    await window.only('disclosure.budget', document);
  }
});

test('all that is safe is mended at once, the rest one by one', async () => {
  const actions = await window.host(async (vscode) => {
    const { document } = vscode.window.activeTextEditor;
    const all = document.validateRange(new vscode.Range(0, 0, document.lineCount, 0));
    const found = await vscode.commands.executeCommand('vscode.executeCodeActionProvider', document.uri, all);
    return found.map(({ title, kind }) => [title, kind?.value]);
  });
  assert.ok(actions.some(([title, kind]) => title.includes('卫生健康支出') && kind.startsWith('quickfix')), JSON.stringify(actions));
});
