import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAllowed } from './licence-policy.ts';
import { readLock, root, shipped } from './lock.ts';
import { type LockedPackages, productionPackages } from './production-packages.ts';

/*
 * `npm run licences`: the licence of every package that is shipped, and which may not be; ends with 1 where one is unknown
 * or not allowed. `npm run licences -- --write FILE` writes their texts too, as the licences ask for.
 */
export interface Licensed {
  name: string;
  version: string;
  /** An SPDX expression; null where the package names none. */
  licence: string | null;
  /** Where it is installed. */
  place: string;
}

/** Every package but our own, each version once, by name. */
export function licencesOf(packages: LockedPackages, workspaces: readonly string[]): Licensed[] {
  const found = [...productionPackages(packages, workspaces, { optional: true })]
    .filter((place) => place.includes('node_modules/'))
    .map((place) => {
      const { version = '', license } = packages[place] ?? {};
      const name = place.split('node_modules/').at(-1) ?? place;
      return { name, version, licence: license ?? installedLicence(place), place };
    });
  const once = new Map(found.map((one) => [`${one.name} ${one.version}`, one]));
  return [...once.values()].sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

export function forbiddenAmong(licensed: readonly Licensed[]): Licensed[] {
  return licensed.filter(({ licence }) => licence === null || !isAllowed(licence));
}

/** Names, licences and their texts, as far as the packages bring them. */
export function noticesOf(licensed: readonly Licensed[]): string {
  const parts = licensed.map(({ name, version, licence, place }) =>
    [`${name} ${version}: ${licence}`, ...licenceTexts(place)].join('\n\n'),
  );
  const head = 'Lastgood is shipped with these packages of others, each under its own licence.';
  return `${[head, ...parts].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

/** Older packages name their licence in other forms than the lock file takes. */
function installedLicence(place: string): string | null {
  const file = join(root, place, 'package.json');
  if (!existsSync(file)) return null;
  const { license, licenses } = JSON.parse(readFileSync(file, 'utf8')) as {
    license?: string | { type?: string };
    licenses?: { type?: string }[];
  };
  if (typeof license === 'string') return license;
  const types = [license, ...(licenses ?? [])].flatMap((one) => one?.type ?? []);
  return types.length > 0 ? types.join(' OR ') : null;
}

function licenceTexts(place: string): string[] {
  const folder = join(root, place);
  return globSync('{LICEN[CS]E,Licen[cs]e,licen[cs]e,NOTICE,COPYING}{,.*,-*}', { cwd: folder })
    .filter((file) => /^[^.]+(\.(md|txt|markdown))?$/i.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
}

if (import.meta.main) {
  const licensed = licencesOf(readLock(), shipped);
  for (const [licence, those] of Map.groupBy(licensed, (one) => one.licence ?? 'unknown'))
    process.stdout.write(`${String(those.length).padStart(4)}  ${licence}\n`);
  const [option, file] = process.argv.slice(2);
  if (option === '--write' && file) writeFileSync(file, noticesOf(licensed));
  const forbidden = forbiddenAmong(licensed);
  for (const { name, version, licence } of forbidden)
    process.stdout.write(`not allowed: ${name} ${version}, ${licence ?? 'which names no licence'}\n`);
  process.stdout.write(`${licensed.length} packages, ${forbidden.length} that may not be shipped\n`);
  process.exitCode = forbidden.length === 0 ? 0 : 1;
}
