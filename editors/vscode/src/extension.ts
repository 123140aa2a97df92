// The extension: finds the language server, starts it, and says in Chinese what to do where it can't.
import * as vscode from 'vscode';
import { LanguageClient, State, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node';

import { findServer, type Found } from './server';

let session: Session | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  session = new Session(context);
  context.subscriptions.push(session);
  await session.start();
}

export async function deactivate(): Promise<void> {
  await session?.stop();
  session = undefined;
}

/** One server at a time, and what the person sees of it. */
class Session implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private readonly output = vscode.window.createOutputChannel('预算', { log: true });
  private readonly status = vscode.languages.createLanguageStatusItem('budget.server', { language: 'budget' });
  private readonly subscriptions: vscode.Disposable[] = [];
  /** Starts and stops, one after the other: a restart during a start waits for it. */
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly context: vscode.ExtensionContext) {
    this.status.name = '预算核对服务';
    this.status.command = { command: 'budget.showLog', title: '日志' };
    this.subscriptions.push(
      this.output,
      this.status,
      vscode.commands.registerCommand('budget.restartServer', () => this.restart()),
      vscode.commands.registerCommand('budget.showLog', () => this.output.show()),
      vscode.workspace.onDidChangeConfiguration(async (event) => {
        if (event.affectsConfiguration('budget.server.path')) await this.restart();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.restart()),
    );
  }

  start(): Promise<void> {
    return this.next(() => this.run());
  }

  stop(): Promise<void> {
    return this.next(() => this.halt());
  }

  restart(): Promise<void> {
    return this.next(async () => {
      await this.halt();
      await this.run();
    });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private next(step: () => Promise<void>): Promise<void> {
    this.turn = this.turn.then(step, step);
    return this.turn;
  }

  private async run(): Promise<void> {
    const found = findServer({
      setting: vscode.workspace.getConfiguration('budget').get('server.path', ''),
      extension: this.context.extensionPath,
      workspace: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
      path: process.env['PATH'] ?? '',
      platform: process.platform,
    });
    if (found.kind !== 'found') {
      this.fail(whyNone(found));
      return;
    }
    this.output.info(`核对服务：${found.command}`);
    const client = this.makeClient(found.command);
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      this.fail(`核对服务启动不了（${found.command}）：${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private async halt(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // A server that crashed or never came up has nothing to stop.
    if (client?.needsStop()) await client.stop().catch((error: unknown) => this.output.warn(String(error)));
    await client?.dispose().catch(() => undefined);
  }

  private makeClient(command: string): LanguageClient {
    const server: ServerOptions = { command, args: [] };
    const options: LanguageClientOptions = {
      documentSelector: [
        { scheme: 'file', language: 'budget' },
        { scheme: 'untitled', language: 'budget' },
      ],
      outputChannel: this.output,
      synchronize: { configurationSection: 'budget' },
    };
    const client = new LanguageClient('budget', '预算', server, options);
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client) return;
      if (newState === State.Running) {
        const info = client.initializeResult?.serverInfo;
        const name = info === undefined ? 'budget-lsp' : `${info.name} ${info.version ?? ''}`.trimEnd();
        this.say(vscode.LanguageStatusSeverity.Information, name, command);
      } else if (newState === State.Stopped) {
        this.say(vscode.LanguageStatusSeverity.Error, '核对服务停了', '用命令“预算：重新启动核对服务”再启动');
      }
    });
    return client;
  }

  private say(severity: vscode.LanguageStatusSeverity, text: string, detail: string): void {
    this.status.severity = severity;
    this.status.text = text;
    this.status.detail = detail;
  }

  private fail(message: string): void {
    this.output.error(message);
    this.say(vscode.LanguageStatusSeverity.Error, '核对服务没有启动', message);
    const button = '打开设置';
    void vscode.window.showErrorMessage(message, button).then((picked) => {
      if (picked === button) void vscode.commands.executeCommand('workbench.action.openSettings', 'budget.server.path');
    });
  }
}

function whyNone(found: Exclude<Found, { kind: 'found' }>): string {
  return found.kind === 'bad-setting'
    ? `设置 budget.server.path 写的“${found.tried}”不是能运行的程序。请改成 budget-lsp 的位置，或者清空它，改用扩展自带的。`
    : '没有找到核对服务 budget-lsp：这个扩展没有带适合本机的，PATH 里也没有。请在设置 budget.server.path 里写它的位置。';
}
