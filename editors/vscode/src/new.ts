// A new document from a template: which one, whose, of which year.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';

import { HOLE } from './cells';
import { saidOf, type Programs } from './programs';

interface Template {
  readonly id: string;
  readonly title: string;
  readonly tables: number;
  readonly identities: number;
}

export async function newDocument(programs: Programs): Promise<void> {
  const folder = await whichFolder();
  if (folder === null) return;
  const cwd = folder?.uri.fsPath;
  const template = await pickTemplate(programs, cwd);
  if (template === undefined) return;
  const title = vscode.l10n.t('New from Template');
  const body = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('The body’s full name, as the disclosure has it. Empty: to be filled in later.'),
    placeHolder: '某县人民政府办公室',
  });
  if (body === undefined) return;
  const year = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('The budget’s year. Empty: to be filled in later.'),
    value: String(new Date().getFullYear()),
    validateInput: (value) => (/^\s*((19|2\d)\d{2})?\s*$/.test(value)
      ? undefined
      : vscode.l10n.t('Write the year with four digits, such as 2026.')),
  });
  if (year === undefined) return;

  const args = ['new', template];
  if (body.trim() !== '') args.push(`--body=${body.trim()}`);
  if (year.trim() !== '') args.push(`--year=${year.trim()}`);
  const ran = await programs.lint(args, { cwd });
  if (ran === undefined) return;
  if (ran.code !== 0) {
    void vscode.window.showErrorMessage(saidOf(ran));
    return;
  }
  const editor = await openUnsaved(ran.stdout, folder, nameOf(body, year));
  const at = ran.stdout.indexOf(HOLE);
  if (at !== -1) {
    const { document } = editor;
    const hole = new vscode.Range(document.positionAt(at), document.positionAt(at + HOLE.length));
    editor.selection = new vscode.Selection(hole.start, hole.end);
    editor.revealRange(hole);
  }
}

/** The folder whose `budget.toml` counts; nothing if none is open, null if the person changed their mind. */
async function whichFolder(): Promise<vscode.WorkspaceFolder | undefined | null> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length < 2) return folders[0];
  return (await vscode.window.showWorkspaceFolderPick()) ?? null;
}

async function pickTemplate(programs: Programs, cwd: string | undefined): Promise<string | undefined> {
  const ran = await programs.lint(['templates', '--format', 'json'], { cwd });
  if (ran === undefined) return undefined;
  if (ran.code !== 0) {
    void vscode.window.showErrorMessage(saidOf(ran));
    return undefined;
  }
  const items = (JSON.parse(ran.stdout) as Template[]).map(({ id, title, tables, identities }) => ({
    label: id,
    description: title,
    detail: vscode.l10n.t('{0} tables, {1} relations', tables, identities),
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('New from Template'),
    placeHolder: vscode.l10n.t('Which template?'),
    matchOnDescription: true,
  });
  return picked?.label;
}

/** `某县人民政府办公室2026年.budget` */
function nameOf(body: string, year: string): string {
  const base = [body.trim(), year.trim() === '' ? '' : `${year.trim()}年`].join('').replace(/[\\/:*?"<>|\s]+/g, '');
  return base === '' ? '新建' : base;
}

/**
 * An unsaved document. In a folder it has the place where it would be saved already, so that the folder's
 * `budget.toml` holds for it and saving asks nothing; a name that is taken gets a number.
 */
export async function openUnsaved(
  text: string, folder: vscode.WorkspaceFolder | vscode.Uri | undefined, name: string,
): Promise<vscode.TextEditor> {
  const where = folder instanceof vscode.Uri ? folder : folder?.uri;
  if (where?.scheme !== 'file') {
    const document = await vscode.workspace.openTextDocument({ language: 'budget', content: text });
    return vscode.window.showTextDocument(document, { preview: false });
  }
  const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.fsPath));
  let path = join(where.fsPath, `${name}.budget`);
  for (let nth = 2; existsSync(path) || open.has(path); nth += 1) path = join(where.fsPath, `${name}（${nth}）.budget`);
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path).with({ scheme: 'untitled' }));
  const editor = await vscode.window.showTextDocument(document, { preview: false });
  await editor.edit((change) => change.insert(new vscode.Position(0, 0), text));
  if (document.languageId !== 'budget') await vscode.languages.setTextDocumentLanguage(document, 'budget');
  return editor;
}
