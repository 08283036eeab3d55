import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { licencesOf, noticesOf } from './licences.ts';
import { readLock, root } from './lock.ts';
import { imagePackages } from './production-packages.ts';

/*
 * node scripts/shipping/production-tree.ts FOLDER: everything the server needs to run, and nothing else, in a new folder.
 * The Dockerfile ships what this makes, and image-check.ts runs it. The Prisma client and the web app must be built.
 */

/** Tests, and what only they read. */
const forTests = /\.test\.tsx?$|-harness\.ts$|\/(fixtures|conformance|comparison|attack)(\/|$)/;

/** Inside of packages: what only editors and debuggers read, and the query compilers of other databases. */
const unread = [
  '**/*.{map,d.ts,d.mts,d.cts}',
  '@prisma/client/runtime/*.{cockroachdb,mysql,sqlite,sqlserver}.*',
  '@prisma/client/runtime/query_compiler_small_bg.*',
];

/** Makes the tree; throws, with what npm said, where the packages cannot be had. */
export function assembleProductionTree(folder: string): void {
  const built = ['packages/store/src/generated', 'apps/web/dist'];
  const missing = built.filter((path) => !existsSync(join(root, path)));
  if (missing.length > 0) throw new Error(`Build first: ${missing.join(' and ')} is not there.`);
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty.`);
  const needed = imagePackages(readLock());
  installPackages(folder, needed);
  const workspaces = [...needed].filter((place) => !place.includes('node_modules/'));
  for (const workspace of workspaces) copy(folder, `${workspace}/src`);
  for (const path of ['apps/web/dist', 'prisma', 'LICENSE']) copy(folder, path);
  // A bundle does not bring the licences of what is bundled.
  const notices = noticesOf(licencesOf(readLock(), ['apps/server', 'apps/web']));
  writeFileSync(join(folder, 'THIRD-PARTY-NOTICES.txt'), notices);
  for (const path of globSync('{apps,packages}/*/package.json', { cwd: folder })) {
    const workspace = dirname(path);
    if (!workspaces.includes(workspace) && workspace !== 'apps/web') rmSync(join(folder, workspace), gone);
  }
}

const gone = { recursive: true, force: true } as const;

function copy(folder: string, path: string): void {
  const filter = (from: string) => !forTests.test(from.slice(root.length));
  cpSync(join(root, path), join(folder, path), { recursive: true, filter });
}

/** npm wants the package.json of every workspace of the lock file, whichever it installs. */
function installPackages(folder: string, needed: ReadonlySet<string>): void {
  const manifests = globSync(['package.json', '{apps,packages}/*/package.json', '{e2e,bench}/package.json'], {
    cwd: root,
  });
  for (const path of [...manifests, 'package-lock.json', '.npmrc']) copy(folder, path);
  // With what is optional, for programs are; what of it is not needed goes again below.
  const words = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  const npm = spawnSync('npm', [...words, '--workspace', '@lastgood/server'], {
    ...{ cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' },
  });
  if (npm.status !== 0) throw new Error(`npm could not install the packages:\n${npm.stderr}`);
  const modules = join(folder, 'node_modules');
  for (const place of installedIn(folder)) if (!needed.has(place)) rmSync(join(folder, place), gone);
  for (const path of globSync(unread, { cwd: modules })) rmSync(join(modules, path), gone);
  for (const path of ['e2e', 'bench', 'node_modules/.bin', 'node_modules/.package-lock.json'])
    rmSync(join(folder, path), gone);
}

/** Places of the packages that npm put there, workspaces by their links left out unless they lead nowhere. */
function installedIn(folder: string): string[] {
  return globSync(['**/node_modules/*', '**/node_modules/@*/*'], { cwd: folder }).filter(
    (path) => !/\/@[^/]+$/.test(path) && !/node_modules\/@lastgood\//.test(path),
  );
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error('Name the folder to make: node scripts/shipping/production-tree.ts FOLDER');
  assembleProductionTree(folder);
}
