/** What `package-lock.json` says of one package, as far as shipping needs it. */
export interface LockedPackage {
  /** Where it differs from what its place says. */
  name?: string;
  version?: string;
  license?: string;
  /** A workspace: where it really is. */
  resolved?: string;
  link?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
}

export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/**
 * The places of all packages that workspaces need to run, as the lock file has them: what they depend on, what that depends
 * on, and peers that are not optional. The workspaces among them bear their own folders.
 */
export function productionPackages(
  packages: LockedPackages,
  workspaces: readonly string[],
  { optional }: { optional: boolean },
): Set<string> {
  const reached = new Set<string>();
  const visit = (place: string): void => {
    if (reached.has(place)) return;
    reached.add(place);
    for (const name of neededBy(packages[place] ?? {}, optional)) {
      const found = resolve(packages, place, name);
      if (found !== undefined) visit(found);
    }
  };
  for (const workspace of workspaces) visit(workspace);
  return reached;
}

/**
 * Optional packages that the image has all the same: programs that a vendor runs, one package for each platform the image is
 * built for. npm installs the one of the platform that it runs on.
 */
const shippedPrograms = ['node_modules/@dbmate/linux-x64', 'node_modules/@dbmate/linux-arm64'];

/** All that the image may have of `node_modules`, and the workspaces. Throws where a program is not in the lock file. */
export function imagePackages(packages: LockedPackages): Set<string> {
  const unknown = shippedPrograms.filter((place) => !packages[place]);
  if (unknown.length > 0) throw new Error(`The lock file does not have ${unknown.join(', ')}.`);
  const needed = productionPackages(packages, ['apps/server'], { optional: false });
  return new Set([...needed, ...shippedPrograms]);
}

function neededBy(locked: LockedPackage, optional: boolean): string[] {
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta,
  } = locked;
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta?.[name]?.optional);
  const own = Object.keys(dependencies).filter((name) => optional || !(name in optionalDependencies));
  return [...own, ...peers, ...(optional ? Object.keys(optionalDependencies) : [])];
}

/** As Node looks for it: beside the asking package, then ever further out. A link leads to its workspace. */
function resolve(packages: LockedPackages, from: string, name: string): string | undefined {
  for (let place = from; ; place = outer(place)) {
    const here = place === '' ? `node_modules/${name}` : `${place}/node_modules/${name}`;
    const found = packages[here];
    if (found) return found.link ? found.resolved : here;
    if (place === '') return undefined;
  }
}

function outer(place: string): string {
  const at = place.lastIndexOf('/node_modules/');
  return at < 0 ? '' : place.slice(0, at);
}
