// Draws the guide's examples, dist/walkthrough/*.svg of walkthrough/*.txt: each character in its cell, Chinese ones in
// two, so that tables line up whatever the font.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';

const [CELL, LINE] = [9, 24];
const isWide = (letter) => /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60“”…]/.test(letter);
const escape = (text) => text.replace(/[&<>]/g, (letter) => `&#${letter.codePointAt(0)};`);

export function draw(text) {
  const lines = text.trimEnd().split('\n');
  let widest = 0;
  const drawn = lines.flatMap((line, row) => {
    let column = 0;
    const letters = [...line].map((letter) => {
      const [width, x] = [isWide(letter) ? 2 : 1, column];
      column += width;
      if (letter === ' ') return '';
      const wrong = letter === '~' ? ' fill="var(--vscode-editorError-foreground, #d22)"' : '';
      return `<text x="${(x + width / 2) * CELL}" y="${(row + 1) * LINE}"${wrong}>${escape(letter)}</text>`;
    });
    widest = Math.max(widest, column);
    return letters;
  });
  const [width, height] = [widest * CELL, (lines.length + 1) * LINE];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" `
    + `font-family="monospace" font-size="16" text-anchor="middle" fill="var(--vscode-editor-foreground, #333)">${drawn.join('')}</svg>\n`;
}

mkdirSync('dist/walkthrough', { recursive: true });
for (const name of readdirSync('walkthrough')) {
  writeFileSync(`dist/walkthrough/${basename(name, '.txt')}.svg`, draw(readFileSync(`walkthrough/${name}`, 'utf8')));
}
