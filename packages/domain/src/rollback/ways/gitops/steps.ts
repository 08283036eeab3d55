import { releaseName } from '../../../deployment/release-words.ts';
import { shownCommit } from '../../../deployment/shown-commit.ts';
import { workloadInWords } from '../../../workload/workload.ts';
import type { RevertTarget } from '../../contracts/ensure-commit-reverted.ts';
import type { AnsweredFact } from '../../need.ts';
import type { UndoneCommits } from '../../step-detail.ts';
import { lesserEffect } from '../rolling/lesser-effect.ts';
import { currentUid, recordedTarget } from '../rolling/needs.ts';
import type { ReadyWorkload } from '../rolling/ready-workload.ts';
import type { OwnedWorkload, WayStep } from '../way.ts';
import type { GitopsContext } from './undone-changes.ts';

/**
 * How the change is undone, which is decided before the click: by a revert, or, where that would conflict, by a restore. The commit
 * before it is named in any case: from the record of both the rollback can be taken back itself.
 */
export function revertTarget({ ask, answer }: AnsweredFact<'branch'>, why: string): RevertTarget[] {
  if (answer.kind !== 'seen') return [];
  const { conflicts, reverted, since } = answer.seen;
  const isRestore = ask.path !== undefined && conflicts.length > 0 && !reverted;
  return [{ ...ask, ...(since ? { since } : {}), ...(isRestore ? { restore: true as const } : {}), why }];
}

export function revertStep(target: RevertTarget, fact: AnsweredFact<'branch'>): WayStep {
  const { repository, branch, commit, since, path, restore } = target;
  const name = `${repository} (${branch})`;
  const before = since ? shownCommit(since) : `before ${shownCommit(commit)}`;
  const what = since ? `${shownCommit(since)}..${shownCommit(commit)}` : shownCommit(commit);
  return {
    phase: 'code',
    step: { kind: 'ensure-commit-reverted', ...target },
    detail: undoneCommits(target, fact),
    ...(fact.answer.kind === 'seen' && fact.answer.seen.reverted ? { effect: 'none' } : {}),
    title: restore
      ? `Set ${path} of ${name} to what it was at ${before}, and push`
      : `Revert ${what}${path ? ` under ${path}` : ''} in ${name}, and push`,
  };
}

/** What the revert of a branch undoes, to be laid out. */
function undoneCommits(
  { repository, branch, path, restore }: RevertTarget,
  { answer }: AnsweredFact<'branch'>,
): UndoneCommits {
  const { commits = [], names = [], files } = answer.kind === 'seen' ? answer.seen : {};
  return {
    ...{ kind: 'commits', repository, branch, path: path ?? null, isRestore: restore === true },
    ...{ commits, files: names, fileCount: files ?? names.length },
  };
}

/** @param undone what the controller has to have taken, as the step before it names it */
export function syncStep(
  { ask, answer }: AnsweredFact<'application'>,
  undone: RevertTarget | undefined,
): WayStep[] {
  if (answer.kind !== 'seen' || undone === undefined) return [];
  const { controller, application } = ask;
  return [
    {
      phase: 'code',
      step: { kind: 'wait-for-sync', ...undone, controller, application, uid: answer.seen.uid },
      title: `Wait until ${controller} has taken it: ${application.kind} ${application.name}`,
    },
  ];
}

/** The proof that what the controller set is the target, pod by pod. */
export function servingSteps(context: GitopsContext, handedOver: readonly OwnedWorkload[]): WayStep[] {
  const { service, deployment, target } = context;
  const { releaseStuckPods, releaseOnDelete, stableTimeoutMs } = service.policy;
  return handedOver.flatMap(({ workload, ready }): WayStep[] => {
    const to = recordedTarget(workload, deployment, target);
    if (to === null) return [];
    const { template, templateDigest, imageDigests } = to;
    const uid = currentUid(context, workload, to);
    return [
      {
        phase: 'code',
        step: {
          kind: 'wait-until-stable',
          ...{ workload, uid, templateDigest, template, imageDigests, releaseStuckPods, releaseOnDelete },
        },
        title: `Wait until every replica of ${workloadInWords(workload)} serves ${releaseName(target)}`,
        limits: { startToCloseMs: stableTimeoutMs },
        ...(ready && servesCode(ready) ? { effect: 'none' as const } : {}),
      },
    ];
  });
}

/** No step here starts pods anew: those that have the code have it, whatever they read when they started. */
function servesCode(ready: ReadyWorkload): boolean {
  return lesserEffect(ready).effect !== undefined && ready.observation.progress.complete;
}
