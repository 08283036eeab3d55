/**
 * What a release offers to those who call it, and what it asks of those it calls, as its pipeline registered it: a contract by
 * name to its version (`catalog-api: 4`), and to the versions that will do (`catalog-api: >=3 <5`).
 */
export interface Contracts {
  provides: Record<string, string>;
  needs: Record<string, string>;
}

export const noContracts: Contracts = { provides: {}, needs: {} };

/** Whole numbers with dots between: `3`, `3.10`. What is left out counts as 0. */
export const contractVersion = '^\\d{1,9}(\\.\\d{1,9}){0,3}$';

/** One or more conditions with spaces between, all of which must hold: `>=3 <5`. A version alone is that one. */
export const contractRange =
  '^((>=|<=|>|<|=)?\\d{1,9}(\\.\\d{1,9}){0,3})( (>=|<=|>|<|=)?\\d{1,9}(\\.\\d{1,9}){0,3}){0,3}$';

/** How a need stands to what somebody provides: `unknown` where either does not say. */
export type ContractFit = 'fits' | 'broken' | 'unknown';

/** A contract that somebody needs, and that another release does not provide as needed. */
export interface BrokenContract {
  name: string;
  needed: string;
  /** Null where it does not provide the contract at all. */
  provided: string | null;
}

/**
 * Those of the needs that what is provided breaks. A need that nobody names there may be of another service.
 *
 * @param provided by another release of the same service, so that its names are known to be this one's to provide
 */
export function brokenContracts(
  needs: Contracts['needs'],
  provides: Contracts['provides'],
  provided: Contracts['provides'] = {},
): BrokenContract[] {
  return Object.entries(needs).flatMap(([name, needed]): BrokenContract[] => {
    if (!Object.hasOwn(provides, name))
      return Object.hasOwn(provided, name) ? [{ name, needed, provided: null }] : [];
    const version = provides[name] ?? '';
    return isWithin(version, needed) ? [] : [{ name, needed, provided: version }];
  });
}

/** Whether what one needs of the other is known at all, and whether it is kept; `provided` as for `brokenContracts`. */
export function contractFit(
  needs: Contracts['needs'],
  provides: Contracts['provides'],
  provided: Contracts['provides'] = {},
): ContractFit {
  const known = Object.keys(needs).filter(
    (name) => Object.hasOwn(provides, name) || Object.hasOwn(provided, name),
  );
  if (known.length === 0) return 'unknown';
  return brokenContracts(needs, provides, provided).length > 0 ? 'broken' : 'fits';
}

/** "2", or that there is none of it. */
export function providedInWords({ name, provided }: BrokenContract): string {
  return provided === null ? `does not provide ${name} at all` : `provides ${provided}`;
}

function isWithin(version: string, range: string): boolean {
  return range.split(' ').every((condition) => {
    const [, comparator = '=', limit = ''] = /^(>=|<=|>|<|=)?(.+)$/.exec(condition) ?? [];
    const order = compareVersions(version, limit);
    switch (comparator) {
      case '>=':
        return order >= 0;
      case '<=':
        return order <= 0;
      case '>':
        return order > 0;
      case '<':
        return order < 0;
      default:
        return order === 0;
    }
  });
}

function compareVersions(one: string, other: string): number {
  const [a, b] = [one.split('.').map(Number), other.split('.').map(Number)];
  for (let place = 0; place < Math.max(a.length, b.length); place += 1) {
    const difference = (a[place] ?? 0) - (b[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
