// A rule's page, rendered: 检查什么, 为什么, examples, how to mend. The pages come from the program itself, so that
// they are those of the checks at work, and need no network.
import * as vscode from 'vscode';

import { saidOf, type Programs } from './programs';

const SCHEME = 'budget-rule';
const CODE = /^[A-Z]{3}\d{3}$/;
/** VS Code's own renderer of Markdown. */
const PREVIEW = 'vscode.markdown.preview.editor';

interface Rule {
  readonly code: string;
  readonly name: string;
  readonly group: string;
}

export class Rules implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly programs: Programs) {
    this.subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.commands.registerCommand('budget.openRule', (code?: unknown) => this.open(code)),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const code = codeOf(uri);
    // A link may come from anywhere: what is no code is not passed on, it could be an option.
    const ran = CODE.test(code) ? await this.programs.lint(['explain', code]) : undefined;
    if (ran === undefined) return '';
    return ran.code === 0 ? ran.stdout : saidOf(ran);
  }

  private async open(asked: unknown): Promise<void> {
    const code = typeof asked === 'string' && CODE.test(asked) ? asked : await this.pick();
    if (code !== undefined) {
      await vscode.commands.executeCommand('vscode.openWith', page(code), PREVIEW, {
        viewColumn: vscode.ViewColumn.Beside,
        preserveFocus: true,
        preview: true,
      });
    }
  }

  /** All rules, those that found something at the cursor first. */
  private async pick(): Promise<string | undefined> {
    const ran = await this.programs.lint(['rules', '--format', 'json']);
    if (ran?.code !== 0) return undefined;
    const rules = JSON.parse(ran.stdout) as Rule[];
    const here = new Set(codesHere());
    const item = ({ code, name, group }: Rule) => ({ label: code, description: name, detail: here.has(code) ? group : '' });
    const first = rules.filter(({ code }) => here.has(code));
    const rest = rules.filter(({ code }) => !here.has(code));
    const picked = await vscode.window.showQuickPick([...first, ...rest].map(item), {
      title: vscode.l10n.t('Explain a Rule'),
      placeHolder: vscode.l10n.t('The rule’s code or name'),
      matchOnDescription: true,
    });
    return picked?.label;
  }
}

/** A finding's code leads to its rule's page. */
export function linkToRule(diagnostic: vscode.Diagnostic): void {
  const { code } = diagnostic;
  const value = typeof code === 'object' ? code.value : code;
  if (typeof value === 'string' && CODE.test(value)) diagnostic.code = { value, target: page(value) };
}

function page(code: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${code}.md` });
}

function codeOf(uri: vscode.Uri): string {
  return uri.path.replace(/^\//, '').replace(/\.md$/, '');
}

/** The rules of the findings at the cursor. */
function codesHere(): string[] {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return [];
  return vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter(({ range }) => range.contains(editor.selection.active))
    .map(({ code }) => String(typeof code === 'object' ? code.value : code));
}
