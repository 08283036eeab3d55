import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const folder = join(import.meta.dirname, '..', 'docs', 'decisions');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

test('the index of decisions has every one under its number and title', () => {
  const lines = readdirSync(folder)
    .filter((file) => /^\d{4}-.*\.md$/.test(file))
    .toSorted()
    .map((file) => {
      const [, number, title] = /^# (\d+)\. (.+)$/m.exec(read(file)) ?? [];
      expect(Number(number), `the number in the title of ${file}`).toBe(Number(file.slice(0, 4)));
      return `${number}. [${title}](${file})`;
    });
  expect(lines.length).toBeGreaterThan(0);
  expect(read('README.md').match(/^\d+\. .*$/gm)).toEqual(lines);
});
