import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

/*
 * A document that names a file or a folder which is not there misleads. A path may be shortened from the left, as
 * `ways/index.ts` is; one with a placeholder in it is an example.
 */
const root = join(import.meta.dirname, '..');
const skipped = /(^|\/)(node_modules|generated|dist|test-results|\.git|\.turbo|\.lastgood)(\/|$)/;
const files = globSync('**/*', { cwd: root, exclude: (name) => skipped.test(name) }).map(
  (path) => `/${path}/`,
);

const isThere = (path: string) => files.some((file) => file.endsWith(`/${path.replace(/\/$/, '')}/`));

/** Links, names of files, and folders in backticks. */
function pathsIn(text: string): string[] {
  const named = text.matchAll(/(?<![\w<>…@./:$-])[\w-][\w./-]*\.(?:tsx?|mjs|md|prisma|json)(?![\w(])/g);
  const folders = text.matchAll(/`([\w-][\w./-]*\/)`/g);
  return [...new Set([...[...named].map(([path]) => path), ...[...folders].map(([, path = '']) => path)])];
}

const documents = [
  ...['README.md', 'CONTRIBUTING.md', 'docs/architecture.md'],
  ...globSync('{apps,packages}/*/README.md', { cwd: root }),
];

test.each(documents)('every file and folder that %s names is there', (document) => {
  const named = pathsIn(readFileSync(join(root, document), 'utf8'));
  const beside = (path: string) => isThere(join(dirname(document), path));
  expect(named.filter((path) => !isThere(path) && !beside(path))).toEqual([]);
});
