import { releaseName } from '../../../deployment/release-words.ts';
import { type FlagValue, flagInWords, flagStateOf, servesFlag } from '../../contracts/flag-state.ts';
import type { WayDifferences } from '../way.ts';
import { flagName } from './change.ts';
import { type FlagContext, returnsTo } from './returns-to.ts';

/** What each flag serves since the release, and what it served before. */
export function flagDifferences(context: FlagContext): WayDifferences {
  const flags = context.changes.map((change) => ({
    name: flagName(change.target),
    from: change.after,
    to: returnsTo(change, context),
  }));
  return {
    items: flags
      .filter(({ from, to }) => from === null || to === null || !isSame(from, to))
      .map(({ name, from, to }) => ({
        aspect: 'flag',
        path: name,
        before: from === null ? null : flagInWords(from),
        after: to === null ? null : flagInWords(to),
        kind: 'changed',
        hidden: false,
      })),
    unknown: flags.flatMap(({ name, from, to }) => {
      const { deployment } = context;
      if (to === null) return [`what ${name} was before ${releaseName(deployment)} is not recorded`];
      return from === null ? [`what ${releaseName(deployment)} set ${name} to is not recorded`] : [];
    }),
  };
}

function isSame(one: FlagValue, other: FlagValue): boolean {
  return servesFlag(flagStateOf(one), other) && servesFlag(flagStateOf(other), one);
}
