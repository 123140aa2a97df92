// A document made of a Word, Excel, CSV or text file: the result unsaved beside the original, and the report of
// what was mended, what is doubtful and what could not be placed.
import { basename, dirname, extname } from 'node:path';
import * as vscode from 'vscode';

import { openUnsaved } from './new';
import { linesOf, saidOf, type Programs } from './programs';

const SCHEME = 'budget-import';
const PREVIEW = 'vscode.markdown.preview.editor';
const READS = ['docx', 'xlsx', 'xls', 'csv', 'tsv', 'txt'];

/** What `budget-lint import` ends with. */
const PLACED = 0;
const PARTLY = 1;

export class Imports implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly reports = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly programs: Programs) {
    this.subscriptions = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.reports.delete(uri.toString())),
      vscode.commands.registerCommand('budget.import', (source?: unknown) => this.ask(source)),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.reports.get(uri.toString()) ?? '';
  }

  private async ask(source: unknown): Promise<void> {
    const picked = source instanceof vscode.Uri ? [source] : await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Import'),
      openLabel: vscode.l10n.t('Import'),
      filters: { [vscode.l10n.t('Word, Excel, CSV, text of a PDF')]: READS },
    });
    const file = picked?.[0];
    if (file === undefined) return;
    if (file.scheme !== 'file') {
      void vscode.window.showErrorMessage(vscode.l10n.t('Only files on disk can be imported.'));
      return;
    }
    const title = vscode.l10n.t('Importing {0}', basename(file.fsPath));
    const progress = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    await vscode.window.withProgress(progress, (_, token) => this.import(file, token));
  }

  private async import(file: vscode.Uri, token: vscode.CancellationToken): Promise<void> {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    // In the folder of the file, whose `budget.toml` may have templates of its own.
    const folder = dirname(file.fsPath);
    const ran = await this.programs.lint(['import', file.fsPath], { cwd: folder, signal: stop.signal });
    if (ran === undefined || token.isCancellationRequested) return;
    if (ran.code !== PLACED && ran.code !== PARTLY) {
      void vscode.window.showErrorMessage(saidOf(ran));
      return;
    }
    const stem = basename(file.fsPath, extname(file.fsPath));
    await openUnsaved(ran.stdout, vscode.Uri.file(folder), stem);
    void this.tell(basename(file.fsPath), linesOf(ran), ran.code === PARTLY);
  }

  /** In short; in full if asked for, at once if something is not in its place. */
  private async tell(name: string, lines: readonly string[], partly: boolean): Promise<void> {
    const head = lines[0] ?? name;
    if (lines.length < 2) {
      void vscode.window.showInformationMessage(head);
      return;
    }
    const title = partly
      ? vscode.l10n.t('Import of {0}: not everything is in its place', name)
      : vscode.l10n.t('Import of {0}', name);
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}.md` });
    const report = [`# ${title}`, '', ...lines.map((line) => `- ${escape(line)}`), ''].join('\n');
    const open = () => {
      // Each time anew: a page that was closed is forgotten, one that is open may be of an import before.
      this.reports.set(uri.toString(), report);
      this.changed.fire(uri);
      return vscode.commands.executeCommand('vscode.openWith', uri, PREVIEW, {
        viewColumn: vscode.ViewColumn.Beside,
        preserveFocus: true,
      });
    };
    if (partly) await open();
    const button = vscode.l10n.t('Report');
    const picked = partly
      ? await vscode.window.showWarningMessage(head, button)
      : await vscode.window.showInformationMessage(head, button);
    if (picked === button) await open();
  }
}

/** As text of Markdown: names of files and cells may hold anything. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~$&]/g, '\\$&');
}
