import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Checked, Session } from '../../src/session';
import { StatusBar } from '../../src/status';
import { EventEmitter, stage, TestDocument, Uri, window, workspace } from './vscode';

const HELD = { opening: '按模板 通用-预算', held: 3, rounding: 0, broken: 0, waiting: 0, unknown: 0, suppressed: 0 };

test('what is told is of the newest version that was checked, in whatever order it comes', () => {
  const checked = new EventEmitter<Checked | undefined>();
  const status = new StatusBar({ onChecked: checked.event } as unknown as Session);
  const document = new TestDocument(Uri.file('/某局.budget'));
  const uri = document.uri.toString();
  const tell = (version: number, broken: number) => checked.fire({ ...HELD, uri, version, broken });
  const open = (version: number) => {
    document.version = version;
    workspace.textDocuments = [document];
    window.activeTextEditor = { document };
    stage.switched.fire();
  };
  open(7);
  tell(6, 2);
  assert.equal(stage.item.text, '$(error) 不成立 2');
  tell(7, 0);
  assert.equal(stage.item.text, '$(pass) 成立 3');
  tell(6, 2);
  assert.equal(stage.item.text, '$(pass) 成立 3');
  // The same version anew: another document that counts for it has changed.
  tell(7, 1);
  assert.equal(stage.item.text, '$(error) 不成立 1');

  // Closed, and opened again: what is still told of it as it was is of no use.
  workspace.textDocuments = [];
  stage.closed.fire(document);
  tell(7, 1);
  open(1);
  assert.equal(stage.item.shown, false);
  tell(7, 1);
  assert.equal(stage.item.shown, false);
  tell(1, 0);
  assert.equal(stage.item.text, '$(pass) 成立 3');

  // Another server begins anew.
  checked.fire(undefined);
  assert.equal(stage.item.shown, false);
  status.dispose();
});
