// Bundles the extension into dist/extension.js; with --tests the unit tests into dist/test, the editor's part played by
// test/unit/vscode.ts.
import { build } from 'esbuild';
import { readdir } from 'node:fs/promises';

const common = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', logLevel: 'warning' };

if (process.argv.includes('--tests')) {
  const tests = (await readdir('test/unit')).filter((name) => name.endsWith('.test.ts'));
  await build({ ...common, entryPoints: tests.map((name) => `test/unit/${name}`), outdir: 'dist/test', alias: { vscode: './test/unit/vscode.ts' } });
} else {
  await build({
    ...common,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    external: ['vscode'],
    minify: true,
  });
}
