// Edits of a file that the server knows only as it is stored, such as 出错说明.toml: what is appended there goes to its
// end as it stands in the editor.
import * as vscode from 'vscode';

/** Puts what an edit appends to files other than `own` at their ends as they are open here. */
export function appendWhereOpen(edit: vscode.WorkspaceEdit, own: vscode.Uri): void {
  for (const [uri, edits] of edit.entries()) {
    const open = vscode.workspace.textDocuments.find((it) => it.uri.toString() === uri.toString());
    if (uri.toString() === own.toString() || open?.isDirty !== true) continue;
    const end = open.lineAt(open.lineCount - 1).range.end;
    const gap = end.character > 0 ? '\n\n' : '\n';
    const texts = edits.map(({ newText }) => newText.trimStart());
    edit.set(uri, [vscode.TextEdit.insert(end, gap + texts.join('\n'))]);
  }
}
