import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** `npm run bench NAME -- [options]`: runs `bench/NAME/index.ts`, which sets the exit code. */
const name = process.argv[2] ?? '';
const entry = (one: string) => join(import.meta.dirname, one, 'index.ts');
const names = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((one) => one.isDirectory() && existsSync(entry(one.name)))
  .map((one) => one.name);
if (names.includes(name)) await import(pathToFileURL(entry(name)).href);
else {
  process.stderr.write(`Which bench? npm run bench ${names.join(' | ')}\n`);
  process.exitCode = 2;
}
