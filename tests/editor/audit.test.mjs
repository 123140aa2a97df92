// The 核对清单 in a browser, as a reviewer meets it: read without scripts or network, followed from a number to its
// relations, printed on A4.
//   BUDGET_BIN               folder of the release build of budget-lint
//   BUDGET_WORKBENCH         the folder that prepare.sh printed
//   BUDGET_AUDIT_SCREENSHOT  where to save the README's picture, if it is to be taken anew
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { BUDGET_BIN, BUDGET_WORKBENCH, BUDGET_AUDIT_SCREENSHOT } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'budget-audit-'));
const file = join(folder, 'a.html');
const requests = [];
let browser;
let page;

before(async () => {
  const run = spawnSync(join(BUDGET_BIN, 'budget-lint'), ['audit', 'tests/corpus/000.budget', '-o', file], { cwd: root, encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  const { chromium } = createRequire(join(BUDGET_WORKBENCH, 'package.json'))('playwright-core');
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 1220 }, javaScriptEnabled: false });
  page = await context.newPage();
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
});
after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

test('it is one file', async () => {
  assert.deepEqual(requests, [pathToFileURL(file).href]);
  assert.equal(await page.title(), '核对清单 新疆维吾尔自治区人民政府办公厅（本级）');
  if (BUDGET_AUDIT_SCREENSHOT) await page.screenshot({ path: BUDGET_AUDIT_SCREENSHOT });
});

test('a wrong cell leads to its finding', async () => {
  const mark = page.locator('td.wrong', { hasText: '养老保险' }).locator('sup a');
  await mark.click();
  const finding = page.locator(new URL(page.url()).hash);
  assert.match(await finding.innerText(), /必须修改.*养老保险/s);
  assert.ok(await finding.isVisible());
});

test('a number leads to its relations, and they to their numbers', async () => {
  // 表三: 201 in 合计, which several relations hold to.
  const cell = page.locator('#t2 td', { hasText: '6624.08' }).first();
  await cell.locator('a').click();
  const list = page.locator(new URL(page.url()).hash);
  assert.ok(await list.isVisible(), 'the folded list opens');
  await list.locator('a').first().click();
  const relation = page.locator(new URL(page.url()).hash);
  assert.ok(await relation.isVisible(), 'the folded relations open');
  assert.match(await relation.innerText(), /成立[\s\S]*6624\.08/);
  await relation.locator('.operands a').first().click();
  assert.ok(await page.locator(new URL(page.url()).hash).isVisible());
});

test('nothing is wider than the paper', async () => {
  // A4 less its margins, in CSS pixels.
  await page.setViewportSize({ width: Math.floor(((210 - 28) / 25.4) * 96), height: 1000 });
  await page.emulateMedia({ media: 'print' });
  const tables = await page.locator('table').all();
  const paper = page.viewportSize().width;
  for (const table of tables) {
    const box = await table.boundingBox();
    if (box) assert.ok(box.x + box.width <= paper + 1, `${box.width} px: ${(await table.innerText()).slice(0, 60)}`);
  }
  const pdf = await page.pdf({ preferCSSPageSize: true });
  const pages = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
  assert.ok(pages > 3 && pages < 30, `${pages} pages`);
});
