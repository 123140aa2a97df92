// Runs a program to its end. Knows nothing of VS Code.
import { spawn } from 'node:child_process';

export interface Ran {
  /** The exit code; null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface How {
  /** Where relative paths and `budget.toml` are looked for. */
  readonly cwd?: string | undefined;
  /** What it reads from its standard input. */
  readonly input?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** Rejects only if the program can't be started. */
export function run(command: string, args: readonly string[], how: How = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: how.cwd,
      signal: how.signal,
      windowsHide: true,
      // What is read here is for the extension, not for a terminal.
      env: { ...process.env, NO_COLOR: '1' },
    });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      // Decodes across chunks: a Chinese character may be cut in two.
      child[name].setEncoding('utf8').on('data', (text: string) => {
        texts[name] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...texts }));
    // A program that doesn't read its input may be gone before it is written.
    child.stdin.on('error', () => undefined);
    child.stdin.end(how.input ?? '');
  });
}
