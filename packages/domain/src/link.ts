import { unfitWebAddress } from './web-address.ts';

/** A page outside that helps whoever looks: a runbook, a dashboard, logs. */
export interface Link {
  title: string;
  url: string;
}

/** The placeholders an address of a link may use, as `$SERVICE`. An unknown one is refused when the link is declared. */
export const linkVariables = {
  SERVICE: "the service's name",
  NAMESPACE: "the service's namespace",
  CLUSTER: 'the cluster it runs in',
  ENVIRONMENT: 'its environment, such as production',
  TEAM: 'the team that owns it',
  WORKLOAD: 'the name of its first workload',
  POD_TEMPLATE_HASH: "the hash of the version's pod template, as its pods bear it",
  VERSION: "the deployment's version",
  COMMIT: "the deployment's commit",
  RELEASE: "Lastgood's number of the release",
  DEPLOYMENT: "Lastgood's id of the deployment",
  TRIGGER: 'the name of the trigger, in its own links',
  START: 'when the deployment began, as 2026-05-01T12:00:00.000Z',
  START_MS: 'the same in milliseconds since 1970, as Grafana takes it',
} as const;

export type LinkVariable = keyof typeof linkVariables;

export type LinkValues = { [K in LinkVariable]?: string | undefined };

/** Only what a team itself declares may say which host is opened: a version comes from a pipeline. */
const inHost: readonly string[] = ['SERVICE', 'NAMESPACE', 'CLUSTER', 'ENVIRONMENT'];

const placeholder = /\$([A-Z_]+)/g;

/** The placeholders of a link, as they are written. */
function placeholdersIn(text: string): string[] {
  return [...text.matchAll(placeholder)].map(([, name]) => name ?? '');
}

/** Why an address with placeholders is no link, as what follows its name in a sentence; null when it is one. */
export function unfitLink(url: string): string | null {
  const unknown = placeholdersIn(url).find((name) => !Object.hasOwn(linkVariables, name));
  if (unknown !== undefined)
    return `uses $${unknown}, which is not known. There are ${Object.keys(linkVariables)
      .map((name) => `$${name}`)
      .join(', ')}.`;
  const misplaced = placeholdersIn(originOf(url)).find((name) => !inHost.includes(name));
  if (misplaced !== undefined)
    return `must not have $${misplaced} before the path: it would choose which host is opened. There may be ${inHost.map((name) => `$${name}`).join(', ')}.`;
  return unfitWebAddress(url.replace(placeholder, 'x'));
}

/**
 * The address with its placeholders filled in and encoded; null where a value is not known yet, or makes it another kind of
 * address.
 */
export function filledLink({ title, url }: Link, values: LinkValues): Link | null {
  let isComplete = true;
  const filled = url.replace(placeholder, (_match, name: LinkVariable) => {
    const value = values[name];
    // A segment of dots would step out of the path it stands in.
    if (value === undefined || /^\.*$/.test(value)) isComplete = false;
    return encoded(value ?? '');
  });
  return isComplete && unfitWebAddress(filled) === null ? { title, url: filled } : null;
}

export function filledLinks(links: readonly Link[], values: LinkValues): Link[] {
  return links.flatMap((link) => filledLink(link, values) ?? []);
}

/** Where a service's commits are shown: the address of one, and of all between two. */
export interface CommitLinks {
  /** With `{commit}`. */
  commitUrl: string | null;
  /** With `{from}` and `{to}`. */
  compareUrl: string | null;
}

const braced = /\{([^{}]*)\}/g;

/** Why a pattern does not say where commits are shown; null when it does. `needed`: the names it must have in braces. */
export function unfitPattern(pattern: string, needed: readonly string[]): string | null {
  const names = [...pattern.matchAll(braced)].map(([, name]) => name ?? '');
  const missing = needed.find((name) => !names.includes(name));
  if (missing !== undefined) return `must have {${missing}} where it stands.`;
  const unknown = names.find((name) => !needed.includes(name));
  if (unknown !== undefined)
    return `uses {${unknown}}, which is not known; there is ${needed.map((name) => `{${name}}`).join(' and ')}.`;
  if (/[{}]/.test(originOf(pattern))) return 'must not have braces before the path.';
  return unfitWebAddress(pattern.replace(braced, 'x'));
}

/** The address of a commit; null where none is recorded, or nobody said where commits are shown. */
export function commitLink({ commitUrl }: CommitLinks, commit: string | null): string | null {
  return commitUrl === null || commit === null ? null : filledPattern(commitUrl, { commit });
}

/** The address of what lies between two commits, older first. */
export function compareLink(
  { compareUrl }: CommitLinks,
  from: string | null,
  to: string | null,
): string | null {
  if (compareUrl === null || from === null || to === null || from === to) return null;
  return filledPattern(compareUrl, { from, to });
}

function filledPattern(pattern: string, values: Record<string, string>): string | null {
  if (Object.values(values).some((value) => /^\.*$/.test(value))) return null;
  const filled = pattern.replace(braced, (_match, name: string) => encoded(values[name] ?? ''));
  return unfitWebAddress(filled) === null ? filled : null;
}

/** Scheme, host and port as they are written. */
function originOf(url: string): string {
  return url.match(/^[^/?#]*\/\/[^/?#]*/)?.[0] ?? url;
}

/** A lone half of a surrogate pair has no encoding. */
function encoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
