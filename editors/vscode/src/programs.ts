// The two programs as this window has them: found by setting, and what to say where one is missing.
import * as vscode from 'vscode';

import { findProgram, type Found, type Name } from './program';
import { run, type How, type Ran } from './run';

/** The setting that says where a program is. */
export const SETTING: Record<Name, string> = {
  'budget-lsp': 'budget.server.path',
  'budget-lint': 'budget.lint.path',
};

export class Programs {
  constructor(
    private readonly extension: string,
    private readonly output: vscode.LogOutputChannel,
  ) {}

  find(name: Name): Found {
    return findProgram(name, {
      setting: vscode.workspace.getConfiguration().get(SETTING[name], ''),
      extension: this.extension,
      workspace: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
      path: process.env['PATH'] ?? '',
      platform: process.platform,
    });
  }

  /** Where the program is; if it is nowhere, says so and gives nothing. */
  need(name: Name): string | undefined {
    const found = this.find(name);
    if (found.kind === 'found') return found.command;
    this.complain(name, whyNone(name, found));
    return undefined;
  }

  /** Runs `budget-lint`; nothing if there is none or it didn't start, which has been said then. */
  async lint(args: readonly string[], how?: How): Promise<Ran | undefined> {
    const command = this.need('budget-lint');
    if (command === undefined) return undefined;
    this.output.debug([command, ...args].join(' '));
    try {
      return await run(command, args, how);
    } catch (error) {
      if (how?.signal?.aborted === true) return undefined;
      const why = error instanceof Error ? error.message : String(error);
      this.complain('budget-lint', vscode.l10n.t('{0} does not start: {1}', command, why));
      return undefined;
    }
  }

  /** An error that a setting can mend. */
  complain(name: Name, message: string): void {
    this.output.error(message);
    const button = vscode.l10n.t('Open Settings');
    void vscode.window.showErrorMessage(message, button).then((picked) => {
      if (picked === button) void vscode.commands.executeCommand('workbench.action.openSettings', SETTING[name]);
    });
  }
}

export function whyNone(name: Name, found: Exclude<Found, { kind: 'found' }>): string {
  const setting = SETTING[name];
  return found.kind === 'bad-setting'
    ? vscode.l10n.t(
        '“{0}”, as the setting {1} has it, is no program that can be run. Change it to where {2} is, or clear it to use the one in this extension.',
        found.tried, setting, name,
      )
    : vscode.l10n.t(
        '{0} was not found: this extension has none for this machine, and there is none on PATH. Say in the setting {1} where it is.',
        name, setting,
      );
}

/** What a program said besides its result, line by line, without its name. */
export function linesOf(ran: Ran): string[] {
  return ran.stderr.split('\n').map((line) => line.replace(/^budget-lint：/, '').trim()).filter((line) => line !== '');
}

/** What a program said went wrong. */
export function saidOf(ran: Ran): string {
  const said = linesOf(ran).join('\n');
  return said === '' ? vscode.l10n.t('It ended with code {0} and said nothing.', String(ran.code)) : said;
}
