// Runs in the extension host of a window under test. Connects to the test, says which folder the window shows, and
// evaluates the functions that the test sends, with VS Code's API as their first argument.
const { connect } = require('node:net');
const vscode = require('vscode');

exports.activate = () => {
  const socket = connect(process.env.BUDGET_PROBE);
  const send = (message) => socket.write(`${JSON.stringify(message)}\n`);
  send({ folder: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath });
  let rest = '';
  socket.setEncoding('utf8').on('data', (data) => {
    const lines = (rest + data).split('\n');
    rest = lines.pop();
    for (const line of lines) void answer(JSON.parse(line), send);
  });
  socket.on('error', () => undefined);
};

async function answer({ id, source, args }, send) {
  try {
    // To the page and back: what was typed there before is known here then.
    await vscode.commands.executeCommand('setContext', 'budget.probe', id);
    const result = await (0, eval)(`(${source})`)(vscode, ...args);
    send({ id, result: result ?? null });
  } catch (error) {
    send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}
