import { shownCommit } from '../../contracts/ensure-commit-reverted.ts';
import type { AnsweredFact } from '../../need.ts';

/** What goes back with the commits, what does not, and how a conflict is solved: said before the click. */
export function branchWarnings({ ask, answer }: AnsweredFact<'branch'>): string[] {
  if (answer.kind !== 'seen') return [];
  const { seen } = answer;
  const name = `${ask.repository} (${ask.branch})`;
  if (seen.reverted)
    return [
      `${shownCommit(ask.commit)} is undone on ${name} already; nothing will be pushed.`,
      ...proposals(seen.movers),
    ];
  const { commits = [], elsewhere = 0, conflicts } = seen;
  const where = ask.path ? ` under ${ask.path}` : '';
  const warnings: string[] = [];
  if (commits.length > 1)
    warnings.push(
      `${commits.length === 10 ? '10 or more' : commits.length} commits of ${name} go back${where}: ${commits.join('; ')}.`,
    );
  if (elsewhere > 0)
    warnings.push(
      `They also changed ${elsewhere} ${elsewhere === 1 ? 'file' : 'files'} outside ${ask.path}: ${elsewhere === 1 ? 'that stays as it is' : 'those stay as they are'}; take them back by hand where they belong to the release.`,
    );
  if (conflicts.length > 0)
    warnings.push(
      `A revert would conflict: ${conflicts.join('; ')} changed the same lines later. Instead, ${ask.path} is set to what it was at ${ask.since ? shownCommit(ask.since) : `the commit before ${shownCommit(ask.commit)}`}: what newer commits changed there goes back, too.`,
    );
  return [...warnings, ...proposals(seen.movers)];
}

export function applicationWarnings({ ask, answer }: AnsweredFact<'application'>): string[] {
  if (answer.kind !== 'seen') return [];
  const { name, kind } = ask.application;
  const { complaint, movers } = answer.seen;
  return [
    ...(complaint
      ? [`${kind} ${name} complains: ${complaint}. It may not take the revert until that is solved.`]
      : []),
    ...proposals(movers),
  ];
}

function proposals(
  movers: readonly { name: string; effect: string; advice: string; isAutomatic: boolean }[] = [],
) {
  return movers
    .filter(({ isAutomatic }) => !isAutomatic)
    .map(({ name, effect, advice }) => `${name} ${effect}. ${advice}`);
}
