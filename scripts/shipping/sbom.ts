import { spawnSync } from 'node:child_process';
import { readLock, root } from './lock.ts';
import { imagePackages, type LockedPackages, productionPackages } from './production-packages.ts';

/*
 * `npm run --silent sbom`: the parts of the image, as CycloneDX (https://cyclonedx.org/docs/1.5/json/). npm knows every package
 * of the workspace, tools of the tests and of the benches among them; what is not shipped is left out of its answer.
 */
interface Component {
  'bom-ref': string;
  name: string;
}
export interface Sbom {
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** Of the image: what the server runs with, and what the bundle of the pages is made of. */
export function shippedRefs(packages: LockedPackages): Set<string> {
  const pages = productionPackages(packages, ['apps/web'], { optional: false });
  const places = [...imagePackages(packages), ...pages];
  return new Set(places.map((place) => refOf(packages, place)));
}

/** As npm names it: by the name of the package that is there, whatever it is called by who asks for it. */
function refOf(packages: LockedPackages, place: string): string {
  const { name = place.split('node_modules/').at(-1) ?? place, version = '' } = packages[place] ?? {};
  return `${name}@${version}`;
}

/** Throws where npm does not know a part that is shipped: a list with a gap is worse than none. */
export function onlyShipped(all: Sbom, refs: ReadonlySet<string>): Sbom {
  const components = all.components.filter((one) => refs.has(one['bom-ref']));
  const listed = new Set(components.map((one) => one['bom-ref']));
  const missing = [...refs].filter((ref) => !listed.has(ref));
  if (missing.length > 0) throw new Error(`npm does not list ${missing.join(', ')}: run npm ci first.`);
  const component = { ...all.metadata.component, name: 'lastgood' };
  const kept = (ref: string) => listed.has(ref) || ref === component['bom-ref'];
  const dependencies = all.dependencies
    .filter(({ ref }) => kept(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(kept) }));
  return { ...all, metadata: { ...all.metadata, component }, components, dependencies };
}

/** What npm lists of everything that the lock file has. */
export function readSbom(): Sbom {
  const words = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const npm = spawnSync('npm', words, {
    ...{ cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' },
  });
  if (npm.status !== 0) throw new Error(`npm could not list the packages:\n${npm.stderr}`);
  return JSON.parse(npm.stdout) as Sbom;
}

if (import.meta.main) {
  const sbom = onlyShipped(readSbom(), shippedRefs(readLock()));
  process.stdout.write(`${JSON.stringify(sbom, null, 2)}\n`);
}
