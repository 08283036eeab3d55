import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateClient } from '../generate.ts';

const home = join(import.meta.dirname, '..');
let copy: string;

// Inside the package, so that the generator finds its own modules.
beforeEach(async () => {
  copy = await mkdtemp(join(home, 'drift-'));
});
afterEach(() => rm(copy, { recursive: true }));

async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const pairs = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length), await readFile(path, 'utf8')] as const;
    }),
  );
  return Object.fromEntries(pairs);
}

// That the document is the server's own is tested where it is served.
test('generating again from the document changes nothing', async () => {
  for (const file of ['openapi.json', 'orval.config.ts', 'package.json', 'src/request.ts'])
    await cp(join(home, file), join(copy, file));
  await writeFile(join(copy, 'tsconfig.json'), '{ "extends": "../tsconfig.json" }');
  await generateClient(copy);
  expect(await filesIn(join(copy, 'src/generated'))).toEqual(await filesIn(join(home, 'src/generated')));
});
