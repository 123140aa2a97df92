// The ledger (核对清单) of a document as it stands in the editor, saved or not: every relation, finding and amount,
// as `budget-lint audit` writes it, beside the text. What is clicked there is shown here.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

import { saidOf, type Programs } from './programs';

/** Edits come in bursts; the page is made anew when they pause. */
const PAUSE = 400;

/** A place as the program counts: from 1, columns in characters. */
interface Place {
  readonly line: number;
  readonly column: number;
}
interface Range {
  readonly start: Place;
  readonly end: Place;
}

/** What the extension reads of `audit --format json --with-page`. */
interface Record {
  readonly cells: readonly { readonly range: Range }[];
  readonly findings: readonly { readonly range: Range }[];
  readonly relations: readonly { readonly leftCells: readonly number[]; readonly rightCells: readonly number[] }[];
  readonly tables: readonly { readonly line: number }[];
  /** The page for people. */
  readonly page: string;
}

export class Ledgers implements vscode.Disposable {
  private readonly open = new Map<string, Ledger>();
  private readonly command: vscode.Disposable;

  constructor(private readonly programs: Programs) {
    this.command = vscode.commands.registerCommand('budget.showLedger', (at?: unknown) => this.show(at));
  }

  dispose(): void {
    this.command.dispose();
    for (const ledger of this.open.values()) ledger.panel.dispose();
  }

  /** Of the document in front, or of the table that a code lens names. */
  private async show(at: unknown): Promise<void> {
    const { uri, table } = lensOf(at);
    const front = vscode.window.activeTextEditor?.document;
    const document = uri === undefined
      ? front
      : vscode.workspace.textDocuments.find((it) => it.uri.toString() === uri.toString());
    if (document?.languageId !== 'budget') {
      void vscode.window.showInformationMessage(vscode.l10n.t('Open a .budget file first.'));
      return;
    }
    const key = document.uri.toString();
    let ledger = this.open.get(key);
    if (ledger === undefined) {
      ledger = new Ledger(document, this.programs);
      this.open.set(key, ledger);
      ledger.panel.onDidDispose(() => this.open.delete(key));
    } else {
      ledger.panel.reveal(undefined, true);
    }
    await ledger.renew(table);
  }
}

/** The argument of a code lens's command. */
function lensOf(at: unknown): { readonly uri?: vscode.Uri; readonly table?: number } {
  if (typeof at !== 'object' || at === null || !('uri' in at) || typeof at.uri !== 'string') return {};
  const uri = vscode.Uri.parse(at.uri);
  return 'table' in at && typeof at.table === 'number' ? { uri, table: at.table } : { uri };
}

/** One panel, of one document. */
class Ledger {
  readonly panel: vscode.WebviewPanel;
  private places = new Map<string, Range>();
  private timer: NodeJS.Timeout | undefined;
  /** The text changed while the page was hidden. */
  private stale = false;
  /** Ends the run that makes the page; an older one's would be of a text that is gone. */
  private run = new AbortController();

  constructor(
    private document: vscode.TextDocument,
    private readonly programs: Programs,
  ) {
    const title = `${vscode.l10n.t('Ledger')} ${document.uri.path.split('/').at(-1) ?? ''}`;
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.panel = vscode.window.createWebviewPanel('budget.ledger', title, where, {
      enableScripts: true,
      enableFindWidget: true,
      localResourceRoots: [],
    });
    const uri = document.uri.toString();
    const subscriptions = [
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.document.uri.toString() === uri && event.contentChanges.length > 0) this.later();
      }),
      vscode.workspace.onDidOpenTextDocument((opened) => {
        if (opened.uri.toString() === uri) this.document = opened;
      }),
      this.panel.onDidChangeViewState(() => {
        if (this.stale) this.later();
      }),
      this.panel.webview.onDidReceiveMessage((message: { readonly id?: unknown }) => this.clicked(message.id)),
    ];
    this.panel.onDidDispose(() => {
      clearTimeout(this.timer);
      this.run.abort();
      for (const subscription of subscriptions) subscription.dispose();
    });
  }

  /** Makes the page anew, and shows that table of it if one is asked for. */
  async renew(table?: number): Promise<void> {
    clearTimeout(this.timer);
    this.stale = false;
    this.run.abort();
    this.run = new AbortController();
    const { signal } = this.run;
    const input = this.document.getText();
    const { uri } = this.document;
    const name = uri.scheme === 'file' || uri.path.startsWith('/') ? uri.fsPath : `${uri.path}.budget`;
    const folder = vscode.workspace.getWorkspaceFolder(uri) ?? vscode.workspace.workspaceFolders?.[0];
    const ran = await this.programs.lint(
      ['audit', '-', '--stdin-filename', name, '--format', 'json', '--with-page', '-o', '-'],
      { input, cwd: folder?.uri.fsPath, signal },
    );
    if (signal.aborted || ran === undefined) return;
    if (ran.code !== 0) {
      void vscode.window.showErrorMessage(saidOf(ran));
      return;
    }
    const record = JSON.parse(ran.stdout) as Record;
    this.places = placesOf(record);
    this.panel.webview.html = page(record.page, table === undefined ? '' : `t${table}`);
  }

  /** Once edits pause and the page is seen; the page of the same text is never put under the pointer anew. */
  private later(): void {
    clearTimeout(this.timer);
    this.stale = true;
    if (this.panel.visible) this.timer = setTimeout(() => void this.renew(), PAUSE);
  }

  private clicked(id: unknown): void {
    const range = typeof id === 'string' ? this.places.get(id) : undefined;
    if (range === undefined) return;
    const selection = new vscode.Range(at(this.document, range.start), at(this.document, range.end));
    const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === this.document);
    void vscode.window.showTextDocument(this.document, {
      selection,
      preview: false,
      viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One,
    });
  }
}

/** The places of the page's elements by their ids: `c` and `k` a cell, `f` a finding, `r` a relation, `t` a table. */
export function placesOf(record: Record): Map<string, Range> {
  const places = new Map<string, Range>();
  record.cells.forEach(({ range }, nth) => {
    places.set(`c${nth}`, range);
    places.set(`k${nth}`, range);
  });
  record.findings.forEach(({ range }, nth) => places.set(`f${nth + 1}`, range));
  record.relations.forEach(({ leftCells, rightCells }, nth) => {
    const cell = leftCells[0] ?? rightCells[0];
    const range = cell === undefined ? undefined : record.cells[cell]?.range;
    if (range !== undefined) places.set(`r${nth + 1}`, range);
  });
  record.tables.forEach(({ line }, nth) => {
    const start = { line, column: 1 };
    places.set(`t${nth}`, { start, end: start });
  });
  return places;
}

function at(document: vscode.TextDocument, { line, column }: Place): vscode.Position {
  const text = document.lineAt(Math.min(line - 1, document.lineCount - 1)).text;
  return new vscode.Position(line - 1, [...text].slice(0, column - 1).join('').length);
}

/** The page with a script of ours and nothing else: no other script, no network, no file. */
function page(html: string, goal: string): string {
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'`;
  return html
    .replace(/(?<=<meta http-equiv="Content-Security-Policy" content=")[^"]*/, () => policy)
    .replace('</body>', () => `<style>${STYLE}</style><script nonce="${nonce}" data-goal="${goal}">${SCRIPT}</script></body>`);
}

const STYLE = '[id]{scroll-margin-top:30vh}td[id],tr[id],.finding,.list tr{cursor:pointer}.here{outline:2px solid #0a63c4;outline-offset:-2px}';

/** What is clicked is told; a link within the page is followed, folded parts open; what was open stays so. */
const SCRIPT = `
const host = acquireVsCodeApi();
const asked = document.getElementById(document.currentScript.dataset.goal);
const state = host.getState() ?? { top: 0, open: {} };
const parts = [...document.querySelectorAll('details')];
const name = (part) => part.querySelector('summary')?.textContent?.split('：')[0] + '/' + (part.closest('article')?.id ?? '');
for (const part of parts) {
  const was = state.open[name(part)];
  if (was !== undefined) part.open = was;
  part.addEventListener('toggle', () => { state.open[name(part)] = part.open; host.setState(state); });
}
requestAnimationFrame(() => asked ? asked.scrollIntoView() : scrollTo(0, state.top));
addEventListener('scroll', () => { state.top = scrollY; host.setState(state); });
addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (event.target.closest('summary')) return;
  const own = event.target.closest('[id]');
  const row = event.target.closest('tr')?.querySelector('a[href^="#f"]');
  const id = link ? link.hash.slice(1) : row ? row.hash.slice(1) : own?.id;
  if (link) {
    event.preventDefault();
    const goal = document.getElementById(id);
    for (let part = goal?.closest('details'); part; part = part.parentElement.closest('details')) part.open = true;
    goal?.scrollIntoView();
    document.querySelector('.here')?.classList.remove('here');
    goal?.classList.add('here');
  }
  if (id) host.postMessage({ id });
});
`;
