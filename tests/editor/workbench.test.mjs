// The packaged extension, as a person meets it: a real disclosure opened in the real workbench.
//   BUDGET_BIN         folder of the release builds of budget-lint and budget-lsp
//   BUDGET_VSIX        the packaged extension
//   BUDGET_WORKBENCH   the folder that prepare.sh printed
//   BUDGET_SCREENSHOT  where to save the README's picture, if it is to be taken anew
// `tests/editor/run.sh` sets them all.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
let window;

before(async () => {
  workbench = await Workbench.start(BUDGET_WORKBENCH, BUDGET_VSIX);
});
after(async () => {
  await workbench?.stop();
});

/** A window on the document, closed after `body`; a failure leaves a picture of it. */
async function withDocument(name, body, settings = {}) {
  window = await workbench.open({ 'disclosure.budget': document }, settings);
  try {
    await window.file('disclosure.budget');
    await body(window);
  } catch (error) {
    await window.screenshot(join(here, `failed-${name}.png`));
    throw error;
  } finally {
    await window.close();
  }
}

test('a code used twice is squiggled on its line, said in the hover, and gone once mended', async () => {
  await withDocument('squiggle', async (window) => {
    const second = lineOf('## 表六', '30110', '养老保险');
    await window.goto(second, 4);
    const twice = (line) => line.text.includes('30110') && line.text.includes('养老保险');
    await window.until('an error under the second 30110', (screen) =>
      screen.some((line) => twice(line) && line.squiggles.includes('error')));
    const said = await window.hover('COD002');
    assert.match(said, /30110/);
    assert.match(said, /[一-龥]{4}/);
    await window.page.keyboard.press('Escape');
    if (BUDGET_SCREENSHOT) await picture(window, second);

    // 养老保险 is 301 08: typing that takes the squiggle away.
    await window.goto(second, 1);
    await window.page.keyboard.press('Control+L');
    await window.page.keyboard.insertText(`${lines[second - 1].replace('30110', '30108')}\n`);
    await window.until('no error on the mended line', (screen) =>
      screen.some((line) => line.text.includes('30108') && line.text.includes('养老保险') && !line.squiggles.includes('error')));
  });
});

test('the problems are those of the command line', async () => {
  await withDocument('problems', async (window) => {
    const run = spawnSync(join(BUDGET_BIN, 'budget-lint'), ['check', '--format', 'json', '-'], { input: document, encoding: 'utf8' });
    const findings = JSON.parse(run.stdout);
    const count = (severity) => findings.filter((finding) => finding.severity === severity).length;
    const want = { error: count('error'), warning: count('warning'), info: count('info') };
    assert.ok(want.error > 0, 'the document has errors');
    await window.until('the first squiggle', () => true);
    let seen;
    for (let tries = 0; tries < 100; tries += 1) {
      seen = await window.problems();
      if (seen.error === want.error && seen.warning === want.warning) break;
      await window.page.waitForTimeout(100);
    }
    assert.deepEqual(seen, want);
  });
});

test('a term is explained by the document’s own glossary', async () => {
  await withDocument('term', async (window) => {
    const heading = lineOf('### （一）机关运行经费', '机关运行经费');
    const explained = lineOf('# 第四部分', '机关运行经费：');
    const explanation = /：(.{10})/u.exec(lines[explained - 1])[1];
    await window.goto(heading, lines[heading - 1].indexOf('运行') + 1);
    const said = await window.hover(explanation);
    assert.ok(said.includes('机关运行经费'), said);
  });
});

test('a code cell completes function codes and fills the name', async () => {
  await withDocument('completion', async (window) => {
    const total = lineOf('## 表三', '合计', '|');
    const header = lines.slice(0, total).findLastIndex((line) => line.startsWith('## 表三'));
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
    await window.page.locator('.suggest-widget .monaco-list-row', { hasText: '2050101' }).first().click();
    await window.until('code and name in the row', (screen) =>
      screen.some((line) => /^\|\s*2050101\s*\|\s*行政运行\s*\|/.test(line.text)));
  });
});

test('a server path that is no program is said in Chinese', async () => {
  await withDocument('no-server', async (window) => {
    const notice = window.page.locator('.notification-list-item-message', { hasText: '不是能运行的程序' });
    await notice.first().waitFor();
    assert.match(await notice.first().innerText(), /budget\.server\.path/);
  }, { 'budget.server.path': '/nowhere/budget-lsp' });
});

test('the server restarts by its command', async () => {
  await withDocument('restart', async (window) => {
    const second = lineOf('## 表六', '30110', '养老保险');
    await window.goto(second, 4);
    const squiggled = (screen) => screen.some((line) => line.text.includes('养老保险') && line.squiggles.includes('error'));
    await window.until('the squiggle', squiggled);
    await window.page.evaluate(() => {
      globalThis.vanished = false;
      const watch = () => {
        if (document.querySelector('.monaco-editor .squiggly-error') === null) globalThis.vanished = true;
        else setTimeout(watch, 1);
      };
      watch();
    });
    await window.command('Restart the Language Server');
    await window.page.waitForFunction(() => globalThis.vanished);
    await window.until('the squiggle again', squiggled);
  });
});

/** The README's picture: squiggles, the hover of one finding, and the list of problems. */
async function picture(window, line) {
  await window.command('Problems: Focus on Problems View');
  await window.page.waitForSelector('.markers-panel .monaco-list-row');
  await window.command('View: Toggle Primary Side Bar Visibility');
  await window.goto(line, 4);
  await window.hover('COD002');
  await window.screenshot(BUDGET_SCREENSHOT);
  await window.page.keyboard.press('Escape');
}
