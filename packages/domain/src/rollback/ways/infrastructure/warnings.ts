import type { InfrastructureSeen, InfrastructureTarget } from '../../contracts/apply-infrastructure.ts';
import type { Stays } from '../../stays.ts';

/** The release had destroyed it: it comes back without what it kept. */
export function emptyAgain({ changes }: InfrastructureSeen): Stays[] {
  return comesEmpty(changes).map(({ address }) => ({
    what: `the data of ${address}`,
    why: 'it comes back empty',
  }));
}

function comesEmpty(changes: InfrastructureSeen['changes']) {
  return changes.filter(({ action, keepsData }) => keepsData && action === 'create');
}

/** What a person should know before the click, but what stops nothing. */
export function warningsFor(
  { stack, to }: InfrastructureTarget,
  { version, changes }: InfrastructureSeen,
): string[] {
  if (version === to)
    return [`Stack ${stack} has the target's configuration already; nothing will be applied.`];
  const empty = comesEmpty(changes).map(({ address }) => address);
  return empty.length === 0
    ? []
    : [
        `${empty.join(', ')} comes back empty: the release had destroyed it, and its data is for whoever keeps the backups.`,
      ];
}
