// The extension: what it starts, and the commands that are a line each.
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

import { Imports } from './import';
import { Ledgers } from './ledger';
import { newDocument } from './new';
import { Programs } from './programs';
import { Rules } from './rule';
import { Session } from './session';
import { StatusBar } from './status';
import { tableCommands } from './table';

let session: Session | undefined;

/** What other extensions, and tests, may ask. */
export interface Api {
  /** The client of the language server that runs, if one does. */
  readonly client: LanguageClient | undefined;
}

export async function activate(context: vscode.ExtensionContext): Promise<Api> {
  const output = vscode.window.createOutputChannel(vscode.l10n.t('Budget'), { log: true });
  const programs = new Programs(context.extensionPath, output);
  const mine = new Session(programs, output);
  session = mine;
  context.subscriptions.push(
    output,
    mine,
    new StatusBar(mine),
    new Rules(programs),
    new Imports(programs),
    new Ledgers(programs),
    ...tableCommands(),
    vscode.commands.registerCommand('budget.new', () => newDocument(programs)),
    vscode.commands.registerCommand('budget.restartServer', () => mine.restart()),
    vscode.commands.registerCommand('budget.showLog', () => output.show()),
  );
  await mine.start();
  return {
    get client() {
      return mine.client;
    },
  };
}

export async function deactivate(): Promise<void> {
  await session?.stop();
  session = undefined;
}
