import { existsSync } from 'node:fs';
import {
  type Configured,
  type Family,
  type FamilyName,
  families,
  familyNames,
  vendorOf,
} from '@lastgood/adapters';
import { unfitWebAddress } from '@lastgood/domain';
import { scenarioNames } from '@lastgood/sandbox/world/index';
import { isLoopback } from '../security/request-guard.ts';
import { fewestConnections, whyFewest } from '../start/split-connections.ts';
import { aboutRoutes } from './about-routes.ts';
import type { Config } from './config.ts';
import type { ConfigFault } from './config-error.ts';
import { isContent } from './family-section.ts';
import { join } from './key-path.ts';

/** What is wrong with values that fit one by one. `secrets` are the paths whose value came from a reference. */
export function findContradictions(config: Config, secrets: ReadonlySet<string>): ConfigFault[] {
  return [
    ...aboutServer(config, secrets),
    ...aboutConnections(config),
    ...aboutSandbox(config),
    ...aboutRoutes(config),
    ...familyNames.flatMap((key) => aboutFamily(key, config, secrets)),
  ];
}

function aboutConnections({ database }: Config): ConfigFault[] {
  if (database.kind === 'embedded' || database.maxConnections >= fewestConnections) return [];
  return [{ path: 'database.maxConnections', found: String(database.maxConnections), expected: whyFewest }];
}

/** Told before anything starts: the sandbox is a process of its own, and what it says goes to a file. */
function aboutSandbox({ sandboxShows }: Config): ConfigFault[] {
  const unknown = (sandboxShows ?? []).filter((name) => !scenarioNames.includes(name));
  if (unknown.length === 0) return [];
  const found = unknown.map((name) => `"${name}"`).join(', ');
  return [{ path: 'sandboxShows', found, expected: `names among ${scenarioNames.join(', ')}` }];
}

function aboutServer({ database, server }: Config, secrets: ReadonlySet<string>): ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (database.kind === 'external' && !URL.canParse(database.url)) {
    faults.push({
      path: 'database.url',
      found: 'something that is not a URL',
      expected: 'postgresql://user:password@host/name, with special characters percent-encoded',
    });
  }
  const unfit = unfitPublicUrl(server.publicUrl);
  if (unfit !== null) {
    const expected = `${unfit.better ?? 'the address people open'}, which stands in every notification`;
    faults.push({ path: 'server.publicUrl', found: `an address that ${unfit.why}`, expected });
  }
  if (!isLoopback(server.host) && server.tokens.length === 0) {
    faults.push({
      path: 'server.tokens',
      found: `no token, while server.host is ${shown(secrets, 'server.host', server.host)}`,
      expected: 'at least one token, or server.host 127.0.0.1: others could press the button',
    });
  }
  return faults;
}

/**
 * Links go on from it with a path of their own, and pages are served from the root of a host alone: behind anything more nothing of
 * Lastgood is. What it would be is not shown, as a secret may stand in a query.
 */
function unfitPublicUrl(address: string | null): { why: string; better?: string } | null {
  if (address === null) return null;
  const unfit = unfitWebAddress(address);
  if (unfit !== null) return { why: unfit.replace(/\.$/, '') };
  const { origin, pathname } = new URL(address);
  const [, mark] = /([?#])/.exec(address) ?? [];
  const why = mark
    ? {
        '?': 'has a query (?…), behind which no page is',
        '#': 'has a fragment (#…), behind which no page is',
      }[mark]
    : pathname === '/'
      ? undefined
      : 'has a path, under which Lastgood cannot be served';
  return why === undefined
    ? null
    : { why, better: `${origin}, a host of its own without a path, a query or a fragment` };
}

function aboutFamily(key: FamilyName, config: Config, secrets: ReadonlySet<string>): ConfigFault[] {
  const family: Family = families[key];
  const entries = config[key];
  return entries.flatMap((entry, index) => {
    const path = { one: key, named: join(key, entry.name), listed: join(key, String(index)) }[
      family.notation
    ];
    const vendor = vendorOf(family, entry.kind);
    const contradiction = vendor.contradiction(entry.settings);
    return [
      ...aboutName(entries, index, path, secrets),
      ...aboutClusters(entry, path, config, secrets),
      ...aboutFiles(entry, vendor.files, path, secrets),
      ...(contradiction ? [{ path, ...contradiction }] : []),
    ];
  });
}

function aboutName(
  entries: readonly Configured[],
  index: number,
  path: string,
  secrets: ReadonlySet<string>,
): ConfigFault[] {
  const name = entries[index]?.name ?? '';
  if (entries.findIndex((other) => other.name === name) === index) return [];
  const found = `${shown(secrets, `${path}.name`, `"${name}"`)} a second time`;
  return [{ path: `${path}.name`, found, expected: 'a name of its own' }];
}

function aboutClusters(
  entry: Configured,
  path: string,
  { clusters }: Config,
  secrets: ReadonlySet<string>,
): ConfigFault[] {
  const known = clusters.map(({ name }) => name);
  return (entry.clusters ?? []).flatMap((cluster, index) => {
    if (known.includes(cluster)) return [];
    const at = `${path}.clusters`;
    const found = shown(secrets, `${at}.${index}`, `"${cluster}"`);
    const expected = `a cluster of this configuration: ${known.join(', ') || 'there is none'}`;
    return [{ path: at, found, expected }];
  });
}

/**
 * A reference to a file may give its content or its path. What is neither is likely a secret under a wrong name, so it is
 * told here, where it is known not to stand in the file, and never shown.
 */
function aboutFiles(
  { settings }: Configured,
  files: readonly string[],
  path: string,
  secrets: ReadonlySet<string>,
): ConfigFault[] {
  return files.flatMap((setting) => {
    const at = `${path}.${setting}`;
    const value = settings[setting];
    if (typeof value !== 'string' || !secrets.has(at) || isContent(value) || existsSync(value)) return [];
    const expected = `the content of a ${setting}, or the path of one that exists`;
    return [{ path: at, found: 'a secret that does not fit', expected }];
  });
}

function shown(secrets: ReadonlySet<string>, path: string, value: string): string {
  return secrets.has(path) ? 'a referenced value' : value;
}
