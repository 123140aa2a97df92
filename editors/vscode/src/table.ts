// Moving from cell to cell, as in a spreadsheet: Tab to the next, its text selected; a new row; the next blank.
import * as vscode from 'vscode';

import { cellsOf, HOLE, isRule, rowLike, type Cell } from './cells';

/** Whether the cursor is in a row, for the keys. */
const CONTEXT = 'budget.inTable';

/** The row that was typed in last and isn't set yet. */
let typed: { readonly document: vscode.TextDocument; readonly line: number } | undefined;
/** A row that is being set: a step waits for that, or it would go to where a cell was. */
let setting: Promise<void> = Promise.resolve();

export function tableCommands(): vscode.Disposable[] {
  let inTable = false;
  const notice = () => {
    const editor = vscode.window.activeTextEditor;
    const now = editor?.document.languageId === 'budget'
      && cellsOf(editor.document.lineAt(editor.selection.active.line).text) !== undefined;
    if (now !== inTable) {
      inTable = now;
      void vscode.commands.executeCommand('setContext', CONTEXT, now);
    }
  };
  notice();
  return [
    vscode.window.onDidChangeTextEditorSelection(notice),
    vscode.window.onDidChangeActiveTextEditor(notice),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const line = contentChanges[0]?.range.start.line;
      if (line !== undefined && document === vscode.window.activeTextEditor?.document) typed = { document, line };
      notice();
    }),
    vscode.commands.registerTextEditorCommand('budget.nextCell', (editor) => step(editor, 1)),
    vscode.commands.registerTextEditorCommand('budget.previousCell', (editor) => step(editor, -1)),
    vscode.commands.registerTextEditorCommand('budget.newRow', newRow),
    vscode.commands.registerTextEditorCommand('budget.nextHole', nextHole),
  ];
}

/** The places of a line that one would type into, in order: the cells of a row, the blanks of other lines. */
function placesIn(document: vscode.TextDocument, line: number): vscode.Range[] {
  const text = document.lineAt(line).text;
  const cells = cellsIn(document, line);
  if (cells !== undefined) {
    const header = line + 1 < document.lineCount && isRule(document.lineAt(line + 1).text);
    return header || isRule(text) ? [] : cells.map(({ start, end }) => new vscode.Range(line, start, line, end));
  }
  return holesIn(text).map((at) => new vscode.Range(line, at, line, at + HOLE.length));
}

/** The cells of a row: what stands behind the last column of its table is none if it is a comment. */
function cellsIn(document: vscode.TextDocument, line: number): Cell[] | undefined {
  const text = document.lineAt(line).text;
  const cells = cellsOf(text);
  if (cells === undefined || !text.includes('<!--')) return cells;
  let header = text;
  for (let above = line - 1; above >= 0; above -= 1) {
    const there = document.lineAt(above).text;
    // Comments may stand between rows.
    if (/^\s*[|｜]/.test(there)) header = there;
    else if (!/^\s*<!--.*-->\s*$/.test(there)) break;
  }
  return header === text ? cells : cellsOf(text, cellsOf(header)?.length);
}

function holesIn(text: string): number[] {
  const holes: number[] = [];
  for (let at = text.indexOf(HOLE); at !== -1; at = text.indexOf(HOLE, at + HOLE.length)) holes.push(at);
  return holes;
}

function go(editor: vscode.TextEditor, place: vscode.Range): void {
  editor.selection = new vscode.Selection(place.start, place.end);
  editor.revealRange(place);
}

async function step(editor: vscode.TextEditor, direction: 1 | -1): Promise<void> {
  await setting;
  const { document, selection } = editor;
  const from = direction === 1 ? selection.end : selection.start;
  const place = placeFrom(document, from, direction);
  if (place !== undefined) go(editor, place);
  leave(editor, from);
}

/** The next place to type into, or the one before. */
function placeFrom(document: vscode.TextDocument, from: vscode.Position, direction: 1 | -1): vscode.Range | undefined {
  const here = placesIn(document, from.line);
  const at = cellsIn(document, from.line)?.findIndex(({ bar }) => from.character <= bar) ?? -1;
  const beside = at === -1 ? undefined : here[at + direction];
  if (beside !== undefined) return beside;
  for (let line = from.line + direction; line >= 0 && line < document.lineCount; line += direction) {
    const places = placesIn(document, line);
    const place = direction === 1 ? places[0] : places.at(-1);
    if (place !== undefined) return place;
  }
  return undefined;
}

/**
 * Has the server set the row that is left to the widths of its table, if it was typed in: after the cursor has moved,
 * so that what is typed next is typed there, however long that takes.
 */
function leave(editor: vscode.TextEditor, left: vscode.Position): void {
  if (typed?.document !== editor.document || typed.line !== left.line) return;
  typed = undefined;
  setting = align(editor, left).catch(() => undefined);
}

async function align({ document, options }: vscode.TextEditor, left: vscode.Position): Promise<void> {
  const text = document.lineAt(left.line).text;
  const bar = cellsIn(document, left.line)?.find((cell) => left.character <= cell.bar)?.bar;
  if (bar === undefined || bar >= text.length) return;
  const edits = await vscode.commands.executeCommand<vscode.TextEdit[] | undefined>(
    'vscode.executeFormatOnTypeProvider', document.uri, new vscode.Position(left.line, bar + 1), text.charAt(bar),
    { tabSize: Number(options.tabSize), insertSpaces: options.insertSpaces !== false },
  );
  // It may have been typed in again, or have moved.
  const same = left.line < document.lineCount && document.lineAt(left.line).text === text;
  if (edits === undefined || edits.length === 0 || !same) return;
  const change = new vscode.WorkspaceEdit();
  change.set(document.uri, edits);
  await vscode.workspace.applyEdit(change);
}

/** Below the row, or at the end of the table when on its header. */
async function newRow(editor: vscode.TextEditor): Promise<void> {
  await setting;
  const { document } = editor;
  let line = editor.selection.active.line;
  const text = document.lineAt(line).text;
  const cells = cellsIn(document, line);
  if (cells === undefined) return;
  if (line + 1 < document.lineCount && isRule(document.lineAt(line + 1).text)) line += 1;
  const row = rowLike(cells.map(({ start, end }) => text.slice(start, end)));
  await vscode.window.activeTextEditor?.edit((change) => {
    change.insert(document.lineAt(line).range.end, `${document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n'}${row}`);
  });
  const first = cellsOf(row)?.[0];
  if (first !== undefined) go(editor, new vscode.Range(line + 1, first.start, line + 1, first.end));
}

/** The next blank after the cursor; after the last the first. */
async function nextHole(editor: vscode.TextEditor): Promise<void> {
  await setting;
  const { document, selection } = editor;
  const text = document.getText();
  const from = document.offsetAt(selection.end);
  let at = text.indexOf(HOLE, from);
  if (at === -1) at = text.indexOf(HOLE);
  if (at === -1) {
    void vscode.window.setStatusBarMessage(vscode.l10n.t('Nothing is left to be filled in.'), 3000);
    return;
  }
  const left = selection.end;
  go(editor, new vscode.Range(document.positionAt(at), document.positionAt(at + HOLE.length)));
  leave(editor, left);
}
