// The conversation with the language server: one server at a time, and what the person sees of its state.
import * as vscode from 'vscode';
import {
  LanguageClient, State, vsdiag, type LanguageClientOptions, type ServerOptions,
} from 'vscode-languageclient/node';

import { appendedWhereOpen } from './append';
import { SETTING, whyNone, type Programs } from './programs';
import { linkToRule } from './rule';

/** `budget/checked`: how the check of a document ended, said by the server after every check. */
export interface Checked {
  /** As the client wrote it. */
  readonly uri: string;
  readonly version: number;
  /** As the command line's first line: the template, and the relations by outcome. */
  readonly opening: string;
  /** Relations by outcome. */
  readonly held: number;
  readonly rounding: number;
  readonly broken: number;
  readonly waiting: number;
  readonly unknown: number;
  /** Findings set aside. */
  readonly suppressed: number;
}

export class Session implements vscode.Disposable {
  /** The client of the server that runs, if one does. */
  client: LanguageClient | undefined;
  private readonly status = vscode.languages.createLanguageStatusItem('budget.server', { language: 'budget' });
  private readonly checked = new vscode.EventEmitter<Checked | undefined>();
  private readonly subscriptions: vscode.Disposable[] = [];
  /** Starts and stops, one after the other: a restart during a start waits for it. */
  private turn: Promise<void> = Promise.resolve();

  /** A document was checked; nothing: all that was said is void, the server is another. */
  readonly onChecked = this.checked.event;

  constructor(
    private readonly programs: Programs,
    private readonly output: vscode.LogOutputChannel,
  ) {
    this.status.name = vscode.l10n.t('Budget language server');
    this.status.command = { command: 'budget.showLog', title: vscode.l10n.t('Log') };
    this.subscriptions.push(
      this.status,
      this.checked,
      vscode.workspace.onDidChangeConfiguration(async (event) => {
        if (event.affectsConfiguration(SETTING['budget-lsp'])) await this.restart();
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
    const found = this.programs.find('budget-lsp');
    if (found.kind !== 'found') {
      this.fail(whyNone('budget-lsp', found));
      return;
    }
    this.output.info(vscode.l10n.t('Language server: {0}', found.command));
    const client = this.makeClient(found.command);
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      const why = error instanceof Error ? error.message : String(error);
      this.fail(vscode.l10n.t('{0} does not start: {1}', found.command, why));
    }
  }

  private async halt(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.checked.fire(undefined);
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
      // Read anew at each start. `checked`: tell how each check ended. `commands`: this client has the commands
      // that a code lens or an action may name.
      initializationOptions: () => ({
        budget: vscode.workspace.getConfiguration('budget'),
        checked: true,
        commands: true,
      }),
      markdown: { isTrusted: { enabledCommands: ['budget.openRule', 'budget.showLedger'] } },
      middleware: {
        handleDiagnostics: (uri, diagnostics, next) => {
          diagnostics.forEach(linkToRule);
          next(uri, diagnostics);
        },
        provideCodeActions: async (document, range, context, token, next) => {
          const actions = await next(document, range, context, token);
          for (const action of actions ?? []) {
            if ('edit' in action && action.edit !== undefined) action.edit = appendedWhereOpen(action.edit, document.uri);
          }
          return actions;
        },
        provideDiagnostics: async (document, previous, token, next) => {
          const report = await next(document, previous, token);
          if (report?.kind === vsdiag.DocumentDiagnosticReportKind.full) report.items.forEach(linkToRule);
          return report;
        },
      },
    };
    const client = new LanguageClient('budget', vscode.l10n.t('Budget'), server, options);
    client.onNotification('budget/checked', (checked: Checked) => {
      if (client === this.client) this.checked.fire(checked);
    });
    client.onDidChangeState(({ newState }) => {
      if (client !== this.client) return;
      if (newState === State.Running) {
        const info = client.initializeResult?.serverInfo;
        const name = info === undefined ? 'budget-lsp' : `${info.name} ${info.version ?? ''}`.trimEnd();
        this.say(vscode.LanguageStatusSeverity.Information, name, command);
      } else if (newState === State.Stopped) {
        this.checked.fire(undefined);
        const how = vscode.l10n.t('Start it again by the command “Restart the Language Server”.');
        this.say(vscode.LanguageStatusSeverity.Error, vscode.l10n.t('The language server stopped'), how);
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
    this.say(vscode.LanguageStatusSeverity.Error, vscode.l10n.t('The language server is not running'), message);
    this.programs.complain('budget-lsp', message);
  }
}
