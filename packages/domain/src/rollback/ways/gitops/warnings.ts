import { shownCommit } from '../../../deployment/shown-commit.ts';
import type { Service } from '../../../service/service.ts';
import { workloadInWords } from '../../../workload/workload.ts';
import type { AnsweredFact } from '../../need.ts';
import type { Stays } from '../../stays.ts';
import { commitInWords } from '../../step-detail.ts';
import { tagsNotRestored } from '../rolling/images.ts';
import type { ReadyWorkload } from '../rolling/ready-workload.ts';
import type { OwnedWorkload } from '../way.ts';

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
      `${commits.length === 10 ? '10 or more' : commits.length} commits of ${name} go back${where}: ${commits.map(commitInWords).join('; ')}.`,
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

/** What the commits changed beside what goes back. */
export function outsideOfPath({ ask, answer }: AnsweredFact<'branch'>): Stays[] {
  const elsewhere = answer.kind === 'seen' && !answer.seen.reverted ? (answer.seen.elsewhere ?? 0) : 0;
  if (elsewhere === 0) return [];
  const files = elsewhere === 1 ? '1 file' : `${elsewhere} files`;
  return [{ what: `${files} in ${ask.repository}`, why: `outside ${ask.path}` }];
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

/** Why pods may not get what the controller sets. */
export function workloadWarnings({ ready }: OwnedWorkload, service: Service): string[] {
  if (!ready) return [];
  const tags = tagsNotRestored(ready).map(
    (reference) =>
      `Git names ${reference} by its tag, which the copy does not set: set that tag on the copied image in the registry yourself, or the new pods cannot start.`,
  );
  return [...tags, ...keptPods(ready, service)];
}

/** What nothing brings to the pods by itself. */
function keptPods({ workload, observation }: ReadyWorkload, { policy }: Service): string[] {
  const name = workloadInWords(workload);
  if (observation.paused)
    return [
      `${name} is paused: it does not bring out what Git says until somebody resumes it (${observation.resumeHint}).`,
    ];
  if (observation.replacesPods === 'by-itself' || policy.releaseOnDelete) return [];
  return [
    `${name} replaces a pod only when it is deleted (update strategy OnDelete): its pods serve the bad version on until somebody deletes them one by one.`,
  ];
}
