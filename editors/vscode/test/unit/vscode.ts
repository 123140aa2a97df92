// The editor's part in the unit tests: as much of it as they need. What the extension registers and shows is kept for them.

type Listener = (event: never) => unknown;

/** An event that a test fires. */
export class EventEmitter<T> {
  private readonly listeners = new Set<Listener>();
  readonly event = (listener: Listener) => {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  };
  fire(event: T): void {
    for (const listener of this.listeners) listener(event as never);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class Uri {
  constructor(readonly scheme: string, readonly path: string) {}
  static parse(text: string): Uri {
    const url = new URL(text);
    return new Uri(url.protocol.slice(0, -1), decodeURIComponent(url.pathname));
  }
  static file(path: string): Uri {
    return new Uri('file', path);
  }
  static from({ scheme, path }: { scheme: string; path: string }): Uri {
    return new Uri(scheme, path);
  }
  get fsPath(): string {
    return this.path;
  }
  with({ scheme }: { scheme: string }): Uri {
    return new Uri(scheme, this.path);
  }
  toString(): string {
    return `${this.scheme}:${encodeURI(this.path)}`;
  }
}

export class TestDocument {
  readonly languageId = 'budget';
  version = 1;
  constructor(readonly uri: Uri, public text = '') {}
  getText(): string {
    return this.text;
  }
}

export class TestPanel {
  visible = true;
  readonly disposed = new EventEmitter<void>();
  readonly onDidDispose = this.disposed.event;
  readonly onDidChangeViewState = new EventEmitter<{ webviewPanel: TestPanel }>().event;
  readonly webview = { html: '', onDidReceiveMessage: new EventEmitter<object>().event };
  reveal(): void {}
  dispose(): void {
    this.disposed.fire();
  }
}

/** What a test does, and what it sees. */
export const stage = {
  commands: new Map<string, (...args: unknown[]) => unknown>(),
  executed: [] as unknown[][],
  panels: [] as TestPanel[],
  messages: [] as string[],
  item: { text: '', shown: false },
  changed: new EventEmitter<{ document: TestDocument; contentChanges: object[] }>(),
  closed: new EventEmitter<TestDocument>(),
  switched: new EventEmitter<void>(),
  /** The button that is clicked on the next message. */
  click: (): Promise<string | undefined> => Promise.resolve(undefined),
};

function message(text: string): Promise<string | undefined> {
  stage.messages.push(text);
  return stage.click();
}

export class Position {
  constructor(readonly line: number, readonly character: number) {}
}

export class Range {
  constructor(readonly start: Position, readonly end: Position) {}
}

export class Selection extends Range {}

export const ViewColumn = { One: 1, Beside: -2 };
export const StatusBarAlignment = { Left: 1 };
export const ProgressLocation = { Notification: 15 };

export const l10n = {
  t: (text: string, ...args: unknown[]) => text.replace(/\{(\d)\}/g, (_, nth: string) => String(args[Number(nth)])),
};

export const commands = {
  registerCommand(name: string, run: (...args: unknown[]) => unknown) {
    stage.commands.set(name, run);
    return { dispose: () => void stage.commands.delete(name) };
  },
  executeCommand(...args: unknown[]) {
    stage.executed.push(args);
    return Promise.resolve();
  },
};

export const languages = { getDiagnostics: () => [] };

export const workspace = {
  textDocuments: [] as TestDocument[],
  workspaceFolders: undefined,
  getWorkspaceFolder: () => undefined,
  registerTextDocumentContentProvider: () => ({ dispose: () => undefined }),
  onDidChangeTextDocument: stage.changed.event,
  onDidOpenTextDocument: new EventEmitter<TestDocument>().event,
  onDidCloseTextDocument: stage.closed.event,
  openTextDocument: (uri: Uri) => Promise.resolve(new TestDocument(uri)),
  applyEdit: () => Promise.resolve(true),
};

export const window = {
  activeTextEditor: undefined as { document: TestDocument } | undefined,
  createWebviewPanel() {
    const panel = new TestPanel();
    stage.panels.push(panel);
    return panel;
  },
  createStatusBarItem: () => Object.assign(stage.item, {
    show: () => void (stage.item.shown = true),
    hide: () => void (stage.item.shown = false),
    dispose: () => undefined,
  }),
  onDidChangeActiveTextEditor: stage.switched.event,
  showTextDocument: (document: TestDocument) => Promise.resolve({ document, edit: () => Promise.resolve(true) }),
  withProgress: (_: object, work: (progress: object, token: object) => unknown) =>
    Promise.resolve(work({}, { isCancellationRequested: false, onCancellationRequested: () => undefined })),
  showErrorMessage: message,
  showWarningMessage: message,
  showInformationMessage: message,
};
