// Edits of a file that the server knows only as it is stored, such as 出错说明.toml: what is appended there goes to its
// end as it stands in the editor.
import * as vscode from 'vscode';

/** An edit with what it appends to files other than `own` put at their ends as they are open here. */
export function appendedWhereOpen(edit: vscode.WorkspaceEdit, own: vscode.Uri): vscode.WorkspaceEdit {
  const unsaved = (uri: vscode.Uri) => uri.toString() === own.toString()
    ? undefined
    : vscode.workspace.textDocuments.find((it) => it.isDirty && it.uri.toString() === uri.toString());
  const entries = edit.entries();
  if (entries.every(([uri]) => unsaved(uri) === undefined)) return edit;
  // Made anew: to what an edit has for a file one can only add.
  const moved = new vscode.WorkspaceEdit();
  for (const [uri, edits] of entries) {
    const open = unsaved(uri);
    moved.set(uri, open === undefined ? edits : [atTheEnd(open, edits)]);
  }
  return moved;
}

function atTheEnd(open: vscode.TextDocument, edits: readonly vscode.TextEdit[]): vscode.TextEdit {
  const { end } = open.lineAt(open.lineCount - 1).range;
  const gap = end.character > 0 ? '\n\n' : '\n';
  return vscode.TextEdit.insert(end, gap + edits.map(({ newText }) => newText.trimStart()).join('\n'));
}
