// The status bar: how the check of the document in front ended. A click shows the ledger.
import * as vscode from 'vscode';

import type { Checked, Session } from './session';

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('budget.checked', vscode.StatusBarAlignment.Left, 10);
  private readonly told = new Map<string, Checked>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(session: Session) {
    this.item.name = vscode.l10n.t('Budget check');
    this.item.command = 'budget.showLedger';
    this.subscriptions = [
      this.item,
      session.onChecked((checked) => {
        if (checked === undefined) this.told.clear();
        else this.keep(checked);
        this.show();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.show()),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.told.delete(uri.toString())),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** Unless a newer version's check has been told, or the document was closed meanwhile: its versions begin anew. */
  private keep(checked: Checked): void {
    // The server writes a URI as it was given it; a document's own form is the common one.
    const uri = vscode.Uri.parse(checked.uri).toString();
    const newest = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri)?.version;
    const last = this.told.get(uri)?.version ?? checked.version;
    if (newest !== undefined && last <= checked.version && checked.version <= newest) this.told.set(uri, checked);
  }

  private show(): void {
    const document = vscode.window.activeTextEditor?.document;
    const checked = document === undefined ? undefined : this.told.get(document.uri.toString());
    if (checked === undefined) {
      this.item.hide();
      return;
    }
    this.item.text = short(checked);
    const aside = checked.suppressed === 0 ? [] : [vscode.l10n.t('{0} findings are set aside', checked.suppressed)];
    this.item.tooltip = [checked.opening, ...aside, vscode.l10n.t('Click to show the ledger')].join('\n\n');
    this.item.show();
  }
}

/** What asks for work first: `不成立 1 · 待填 12`; else how much held. In Chinese as the findings are. */
export function short({ held, rounding, broken, waiting, unknown }: Checked): string {
  const counts: readonly (readonly [string, number])[] = [['不成立', broken], ['待填', waiting], ['无法核对', unknown]];
  const told = counts.filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`);
  const icon = broken > 0 ? '$(error)' : waiting > 0 ? '$(edit)' : '$(pass)';
  return `${icon} ${[...told, ...(broken + waiting > 0 ? [] : [`成立 ${held + rounding}`])].join(' · ')}`;
}
