// Where the two programs are. Knows nothing of VS Code, so that it can be tested without it.
import { accessSync, chmodSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** The language server and the command line. */
export type Name = 'budget-lsp' | 'budget-lint';

/** What the lookup goes by. */
export interface Places {
  /** The setting of the program's path, as written; empty if not set. */
  readonly setting: string;
  /** The folder of this extension. */
  readonly extension: string;
  /** The first workspace folder, if one is open. */
  readonly workspace: string | undefined;
  /** The search path of the environment. */
  readonly path: string;
  readonly platform: NodeJS.Platform;
}

/** The program and where it was found, or why there is none. */
export type Found =
  | { readonly kind: 'found'; readonly command: string; readonly origin: 'setting' | 'bundled' | 'path' }
  | { readonly kind: 'bad-setting'; readonly tried: string }
  | { readonly kind: 'none' };

/**
 * The setting, then the program in the extension, then the search path. A setting that names no program is an
 * error of its own: using another one silently would hide it.
 */
export function findProgram(name: Name, places: Places): Found {
  const setting = places.setting.trim();
  if (setting !== '') {
    const tried = expand(setting, places.workspace);
    return isProgram(tried, places.platform)
      ? { kind: 'found', command: tried, origin: 'setting' }
      : { kind: 'bad-setting', tried };
  }
  const file = places.platform === 'win32' ? `${name}.exe` : name;
  const bundled = join(places.extension, 'bin', file);
  if (makeRunnable(bundled, places.platform)) {
    return { kind: 'found', command: bundled, origin: 'bundled' };
  }
  for (const folder of places.path.split(delimiter)) {
    // A relative entry would mean the folder that happens to be current: never run a program from there.
    if (!isAbsolute(folder)) continue;
    const command = join(folder, file);
    if (isProgram(command, places.platform)) return { kind: 'found', command, origin: 'path' };
  }
  return { kind: 'none' };
}

function expand(setting: string, workspace: string | undefined): string {
  let path = setting;
  if (path === '~' || path.startsWith('~/') || path.startsWith('~\\')) path = join(homedir(), path.slice(1));
  if (workspace !== undefined) path = path.replaceAll('${workspaceFolder}', workspace);
  return workspace === undefined ? path : resolve(workspace, path);
}

function isProgram(path: string, platform: NodeJS.Platform): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    if (platform !== 'win32') accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Some ways of installing an extension lose the executable bit. */
function makeRunnable(path: string, platform: NodeJS.Platform): boolean {
  if (isProgram(path, platform)) return true;
  try {
    if (!statSync(path).isFile()) return false;
    chmodSync(path, 0o755);
    return isProgram(path, platform);
  } catch {
    return false;
  }
}
