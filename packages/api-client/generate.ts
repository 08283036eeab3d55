import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'orval';

/**
 * Generates the client from `openapi.json` into `<root>/src/generated`. The output does not depend on when or where it
 * runs: a test generates again and compares.
 */
export async function generateClient(root: string): Promise<void> {
  await generate(join(root, 'orval.config.ts'), root);
  const model = join(root, 'src/generated/model');
  const files = (await readdir(model)).filter((name) => name !== 'index.ts').sort();
  await writeFile(join(model, 'index.ts'), files.map((name) => `export type * from './${name}';\n`).join(''));
  for (const name of ['operations.ts', 'queries.ts']) await trimLines(join(root, 'src/generated', name));
}

/** The generator leaves lines of blanks behind, which `git diff --check` calls errors. */
async function trimLines(path: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    `${text
      .replace(/[ \t]+$/gm, '')
      .replace(/\n{3,}/g, '\n\n')
      .trimEnd()}\n`,
  );
}

if (import.meta.main) await generateClient(import.meta.dirname);
