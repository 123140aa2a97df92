// A new disclosure, written in the real workbench from the skeleton until it can be handed in: by the keyboard, cell by
// cell in reading order. At no step does the editor show an error or a warning that isn't one.
// The body and its numbers are made up; they balance.
//   BUDGET_BIN, BUDGET_VSIX, BUDGET_WORKBENCH  as in workbench.test.mjs
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Workbench } from './workbench.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { BUDGET_BIN, BUDGET_VSIX, BUDGET_WORKBENCH } = process.env;

/** 科目编码, what is typed to find it, 基本支出, 项目支出. 合计 is computed. */
const FUNCTIONS = [
  ['2012601', '2012601', '186.40', ''],
  ['2012604', '档案馆', '', '30.00'],
  ['2080501', '2080501', '8.60', ''],
  ['2080505', '2080505', '21.20', ''],
  ['2101101', '2101101', '11.30', ''],
  ['2101103', '2101103', '8.50', ''],
  ['2210201', '住房公积金', '16.00', ''],
];
/** 经济分类: 编码, 人员经费, 公用经费. */
const ECONOMY = [
  ['30101', '72.00', ''], ['30102', '61.30', ''], ['30103', '6.00', ''], ['30108', '21.20', ''], ['30110', '11.30', ''],
  ['30111', '8.50', ''], ['30112', '1.10', ''], ['30113', '16.00', ''],
  ['30201', '', '12.00'], ['30205', '', '0.60'], ['30206', '', '4.20'], ['30207', '', '1.80'], ['30208', '', '9.40'],
  ['30211', '', '6.00'], ['30217', '', '0.50'], ['30228', '', '2.90'], ['30231', '', '3.00'], ['30299', '', '5.60'],
  ['30302', '8.60', ''],
];
/** 类 of 表一 and 表四. */
const CLASSES = { 201: '216.40', 208: '29.80', 210: '19.80', 221: '16.00' };

const PROJECT = '档案数字化加工经费';
/** 第三部分 and 第四部分: paragraphs by blank. Numbers come from the tables, or are typed and agree with them. */
const PROSE = [
  ['按照全口径预算的原则，某县档案馆 2020 年所有收入和支出均纳入部门预算管理。收支总预算 {表三.合计.合计} 万元。',
    '收入预算包括：一般公共预算。',
    '支出预算包括：一般公共服务支出、社会保障和就业支出、卫生健康支出、住房保障支出。'],
  ['某县档案馆收入预算 282.00 万元，其中：一般公共预算 {表二.合计.一般公共预算拨款} 万元，占 100%；政府性基金预算未安排。'],
  ['某县档案馆 2020 年支出预算 {表三.合计.合计} 万元，其中：基本支出 252.00 万元，占 89.36%；项目支出 {表三.合计.项目支出} 万元，占 10.64%。'],
  ['2020 年财政拨款收支总预算 {表四.收入.收入总计.合计} 万元。收入全部为一般公共预算拨款，无政府性基金预算拨款。'],
  ['某县档案馆 2020 年一般公共预算拨款基本支出 {表五.合计.基本支出} 万元，比上年执行数增加 3.20 万元，主要原因是：正常增资；项目支出 {表五.合计.项目支出} 万元，与上年持平。'],
  ['1. 一般公共服务支出 216.40 万元，占 76.74%。', '2. 社会保障和就业支出 29.80 万元，占 10.57%。',
    '3. 卫生健康支出 19.80 万元，占 7.02%。', '4. 住房保障支出 16.00 万元，占 5.67%。'],
  ['1. 一般公共服务支出（201）档案事务（26）行政运行（01）：2020 年预算数为 186.40 万元。',
    '2. 一般公共服务支出（201）档案事务（26）档案馆（04）：2020 年预算数为 30.00 万元。'],
  ['某县档案馆 2020 年一般公共预算基本支出 {表六.合计.小计} 万元，其中：',
    '人员经费 {表六.合计.人员经费} 万元，主要包括：基本工资、津贴补贴、奖金、机关事业单位基本养老保险缴费、职工基本医疗保险缴费、公务员医疗补助缴费、其他社会保障缴费、住房公积金、退休费。',
    '公用经费 {表六.合计.公用经费} 万元，主要包括：办公费、水费、电费、邮电费、取暖费、差旅费、公务接待费、工会经费、公务用车运行维护费、其他商品和服务支出。'],
  [`1. 项目名称：${PROJECT}`, '设立的政策依据：《中华人民共和国档案法》。', '预算安排规模：30.00 万元', '项目承担单位：某县档案馆',
    '资金分配情况：30.00 万元', '资金执行时间：2020 年 1 月至 12 月'],
  ['某县档案馆 2020 年“三公”经费财政拨款预算数为 3.50 万元，其中：因公出国（境）费 0 万元，公务用车购置费 0 万元，公务用车运行费 3.00 万元，公务接待费 0.50 万元。'],
  ['某县档案馆 2020 年没有使用政府性基金预算拨款安排的支出，政府性基金预算支出情况表为空表。'],
  ['2020 年，某县档案馆机关运行经费财政拨款预算 {表六.合计.公用经费} 万元，比上年预算减少 1.00 万元，下降 2.13%，主要原因是：压减一般性支出。'],
  ['2020 年，某县档案馆政府采购预算 24.00 万元，其中：政府采购服务预算 24.00 万元。'],
  ['截至 2019 年底，某县档案馆占用使用国有资产总体情况为：房屋 1200 平方米，价值 360.00 万元；车辆 1 辆，价值 18.00 万元。'],
  ['2020 年度，实行绩效管理的项目 1 个，涉及预算金额 30.00 万元。'],
  ['无。'],
  ['一、财政拨款：指由一般公共预算、政府性基金预算安排的财政拨款数。',
    '二、一般公共预算：包括公共财政拨款（补助）资金、专项收入。',
    '三、机关运行经费：指各部门的公用经费，包括办公及印刷费、邮电费、差旅费等。'],
];

let workbench;
let author;

before(async () => {
  workbench = await Workbench.start(BUDGET_WORKBENCH, BUDGET_VSIX);
});
after(async () => {
  await workbench?.stop();
});

test('from the skeleton to clean', async () => {
  const window = await workbench.open({});
  author = new Author(window);
  try {
    await author.begin();
    await author.blanks(
      '2020-02-10',
      '负责全县档案的接收、收集、整理、保管和利用，依法开放档案。',
      '某县档案馆无下属预算单位，下设 3 个科室，分别是：办公室、收集整理科、利用科。编制数 14，实有人数 13 人。',
    );
    await author.classes();
    await author.functions(9, (basic, project) => [(Number(basic) + Number(project)).toFixed(2), '', '', '', '', '', '', '']);
    await author.functions(3, (basic, project) => [basic, project]);
    await author.classes();
    await author.functions(3, (basic, project) => [basic, project]);
    await author.table(ECONOMY.map(([code, staff, office]) => [code, code, [staff, office]]), 3);
    await author.projects();
    await author.cells('0', '0', '3.00', '0.50');
    await author.noFunds();
    await author.prose();
    await author.handIn();
  } catch (error) {
    await window.screenshot(join(here, 'failed-authoring.png'));
    writeFileSync(join(here, 'failed-authoring.budget'), await author.text().catch(() => ''));
    throw error;
  }
});

const WHERE = async (vscode) => {
  const { document, selection } = vscode.window.activeTextEditor;
  const { line, character } = selection.start;
  const [text, below] = [line, line + 1].map((line) => document.lineAt(Math.min(line, document.lineCount - 1)).text);
  const seen = { line, character, selected: document.getText(selection), text, below };
  // A selection that the extension host has set is the page's too once this is answered.
  await vscode.commands.executeCommand('setContext', 'budget.probe', true);
  return seen;
};

/** Someone at the keyboard, who looks at what the editor says after each cell. */
class Author {
  constructor(window) {
    Object.assign(this, { window, keyboard: window.page.keyboard, steps: 0 });
  }

  text() {
    return this.window.host((vscode) => vscode.window.activeTextEditor.document.getText());
  }

  /** Where the cursor is, what is selected, the line and the one below. */
  cursor() {
    return this.window.host(WHERE);
  }

  /** Presses a key that moves the cursor, and waits until it has. */
  async move(key) {
    await this.window.host((vscode) => {
      globalThis.moved = new Promise((resolve) => {
        const late = setTimeout(() => resolve(false), 50_000);
        const watch = vscode.window.onDidChangeTextEditorSelection(() => {
          watch.dispose();
          clearTimeout(late);
          resolve(true);
        });
      });
    });
    await this.keyboard.press(key);
    assert.ok(await this.window.host(() => globalThis.moved), `${key} moved nothing`);
    return this.cursor();
  }

  /** As long as one takes to look up the next code: the row that was left is set meanwhile. */
  pause() {
    return this.window.page.waitForTimeout(100);
  }

  /** No error, no warning; of a draft the server is asked as the editor asks it. */
  async clean(step) {
    this.steps += 1;
    const wrong = await this.window.host(async (vscode) => {
      const { client } = vscode.extensions.getExtension('budget-lint.budget-lint').exports;
      const uri = vscode.window.activeTextEditor.document.uri.toString();
      // A question that an edit overtook (ServerCancelled) is asked again, as the editor does.
      const ask = () => client.sendRequest('textDocument/diagnostic', { textDocument: { uri } })
        .catch((error) => { if (error.code !== -32802) throw error; return ask(); });
      const { items } = await ask();
      return items.filter(({ severity }) => severity <= 2).map(({ code, message, range }) => `${range.start.line + 1}: ${code} ${message}`);
    });
    assert.deepEqual(wrong, [], `after ${step} (step ${this.steps})`);
  }

  /** Types over what is selected, as a keyboard or an input method gives it, and looks. */
  async put(text) {
    if (text === '') await this.keyboard.press('Delete');
    else if (/^[\x20-\x7e]+$/.test(text)) await this.keyboard.type(text);
    else await this.keyboard.insertText(text);
    // A list that opens is not what a number or a sentence wants.
    await this.clean(text);
  }

  async begin() {
    const { window } = this;
    const input = window.page.locator('.quick-input-widget input').first();
    await window.palette('>从模板新建', false);
    await window.page.locator('.quick-input-list .monaco-list-row', { hasText: '新疆-2020-部门预算' }).waitFor();
    for (const [answer, next] of [['新疆-2020', '全称'], ['某县档案馆', '年度'], ['2020', undefined]]) {
      await input.fill(answer);
      await this.keyboard.press('Enter');
      if (next !== undefined) await window.page.locator('.quick-input-widget', { hasText: next }).waitFor();
    }
    await window.page.waitForSelector('.tab.active[data-resource-name="某县档案馆2020年.budget"]');
    await window.waitFor(() => this.cursor(), ({ selected }) => selected === '待填');
    await this.clean('the skeleton');
    await this.keyboard.press('Control+S');
    await window.page.waitForSelector('.tab.active:not(.dirty)');
    this.first = true;
  }

  /** Goes to the next blank and fills it. */
  async blank(text) {
    // The skeleton opens at its first blank.
    const at = this.first ? await this.cursor() : await this.move('Alt+J');
    this.first = false;
    assert.equal(at.selected, '待填', `a blank for ${text}`);
    await this.put(text);
    return at;
  }

  async blanks(...texts) {
    for (const text of texts) await this.blank(text);
  }

  /** A table with one row a class: those that the body has, the rest stay empty. */
  async classes() {
    for (;;) {
      const { line, text } = await this.move('Alt+J');
      const code = /^\| (\d{3}) /.exec(text)?.[1];
      await this.put(CLASSES[code] ?? '');
      // 表四 has two columns more, of which this body needs the first.
      if ((await this.cursor()).text.includes('待填')) await this.blank('');
      if (code === '233') return line;
    }
  }

  /** Rows of function codes, with the amounts that `amounts` makes of 基本支出 and 项目支出. */
  functions(columns, amounts) {
    return this.table(FUNCTIONS.map(([code, typed, basic, project]) => [code, typed, amounts(basic, project)]), columns);
  }

  /**
   * Rows of codes: each found by digits or by name, its name filled in, then its amounts from left to right. Under the
   * row there is a blank one again each time; the last one is deleted, and the table is whole.
   */
  async table(rows) {
    await this.move('Alt+J');
    for (const [code, typed, amounts] of rows) {
      await this.code(code, typed);
      await this.move('Tab');
      for (const amount of amounts) {
        const at = await this.toFill();
        assert.equal(at.selected, '待填');
        await this.put(amount);
      }
      const next = await this.move('Tab');
      assert.match(next.text, /^\| 待填 /, `a blank row under ${code}`);
    }
    await this.keyboard.press('Control+Shift+K');
    await this.clean('the whole table');
  }

  /** Goes to the next cell that isn't computed. */
  async toFill() {
    let at = await this.move('Tab');
    while (at.selected === '=') at = await this.move('Tab');
    return at;
  }

  async code(code, typed) {
    const { page } = this.window;
    await this.pause();
    if (/^\d+$/.test(typed)) await this.keyboard.type(typed);
    else await this.keyboard.insertText(typed);
    await page.locator('.suggest-widget.visible .monaco-list-row.focused', { hasText: code }).waitFor();
    // As long as one looks at it: the editor asks for what comes with it meanwhile.
    await page.waitForTimeout(200);
    await this.keyboard.press('Tab');
    const named = new RegExp(`^\\| ${code} +\\| [一-龥]`);
    const row = await this.window.waitFor(() => this.cursor(), ({ text, below }) => named.test(text) && below.startsWith('| 待填 '));
    assert.match(row.text, named);
    assert.match(row.below, /^\| 待填 /, 'a blank row below');
    await this.clean(`${code}, accepted`);
  }

  async cells(...values) {
    const at = await this.move('Alt+J');
    for (const [nth, value] of values.entries()) {
      if (nth > 0 || at.selected === '=') await this.toFill();
      await this.put(value);
    }
  }

  async projects() {
    await this.move('Alt+J');
    await this.code('2012604', '2012604');
    await this.move('Tab');
    await this.move('Tab');
    await this.put(PROJECT);
    for (const amount of ['', '24.00', '', '', '', '6.00', '', '', '', '']) {
      await this.toFill();
      await this.put(amount);
    }
    await this.move('Tab');
    await this.keyboard.press('Control+Shift+K');
    await this.clean('the whole table');
  }

  /** 表九 is empty, and says so. */
  async noFunds() {
    await this.cells('', '', '', '');
    await this.keyboard.press('End');
    await this.keyboard.press('Enter');
    await this.keyboard.press('Enter');
    await this.put('备注：某县档案馆 2020 年没有使用政府性基金预算拨款安排的支出，此表为空表。');
  }

  async prose() {
    for (const paragraphs of PROSE) {
      await this.move('Alt+J');
      for (const [nth, paragraph] of paragraphs.entries()) {
        if (nth > 0) {
          await this.keyboard.press('Enter');
          await this.keyboard.press('Enter');
        }
        await this.put(paragraph);
      }
    }
  }

  /** Nothing is left to be filled in: 草稿 becomes 送审. */
  async handIn() {
    assert.ok(!(await this.text()).includes('待填'), 'no blank is left');
    await this.keyboard.press('Control+Shift+I');
    await this.window.goto(6, 1);
    await this.keyboard.press('Control+L');
    await this.keyboard.insertText('状态: 送审\n');
    await this.clean('送审');
    await this.keyboard.press('Control+S');
    await this.window.page.waitForSelector('.tab.active:not(.dirty)');
    // The command line, which a reviewer runs, agrees.
    const file = join(this.window.folder, '某县档案馆2020年.budget');
    const run = spawnSync(join(BUDGET_BIN, 'budget-lint'), ['check', file], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stdout + run.stderr);
    assert.ok(this.steps > 250, `${this.steps} steps`);
  }
}
