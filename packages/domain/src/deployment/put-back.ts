import type { ServicePolicy } from '../service/service.ts';
import { formatClock, formatSpan } from '../trigger/format.ts';
import type { Owner } from '../workload/observation.ts';
import { ownerInWords } from '../workload/owner-words.ts';
import { lastWriter, type TemplateWriter } from '../workload/template-writer.ts';
import { type WorkloadRef, workloadInWords } from '../workload/workload.ts';
import type { Hold } from './hold.ts';

/**
 * What became of a rollback afterwards. `back`, kept with the release that it concerns: a version that was taken back was set
 * again, and nobody had released its hold. `nobody`, kept with the rollback: its watch passed and nobody had.
 */
export type PutBack =
  | {
      kind: 'nobody';
      until: number;
      /** What is known instead where nobody looked all of the time. */
      words?: string;
    }
  | {
      kind: 'back';
      /** The run that had taken it back. */
      runId: string;
      /** Who wrote it since the rollback, as the cluster remembers it; null: unknown. */
      by: TemplateWriter | null;
      /** "v42 is back: put there by Argo CD application shop (argocd-controller) at 03:12:00 UTC." */
      words: string;
      /** What to do about whoever did it. */
      advice: string;
    };

/**
 * What is to be said of a release now: that it was put back is over once a person has released the hold, for then it is meant.
 */
export function putBackInForce(
  putBack: PutBack | null,
  holds: readonly Pick<Hold, 'runId' | 'releasedAt'>[],
) {
  if (putBack?.kind !== 'back') return putBack;
  return holds.some(({ runId, releasedAt }) => releasedAt === null && runId === putBack.runId)
    ? putBack
    : null;
}

/** Whether the watch for this is still on: it begins when the version was taken back. */
export function isPutBackWatched(
  { placedAt }: Pick<Hold, 'placedAt'>,
  policy: Pick<ServicePolicy, 'putBackWatchMs' | 'watchWindowMs'>,
  now: number,
): boolean {
  return now - placedAt <= putBackWatchMs(policy);
}

/** For how long after a rollback it is watched whether anybody puts the bad version back. */
export function putBackWatchMs(policy: Pick<ServicePolicy, 'putBackWatchMs' | 'watchWindowMs'>): number {
  return policy.putBackWatchMs ?? policy.watchWindowMs;
}

/** A workload that shows a version that was taken back, with what is known of whoever set it. */
export interface ReturnedVersion {
  workload: WorkloadRef;
  version: string | null;
  owner?: Owner | undefined;
  writers?: readonly TemplateWriter[] | undefined;
}

/** What a rollback took back. `isReverted`: it undid the commit itself, so that a newer one has brought the version back. */
export interface WhatWasTakenBack {
  version: string | null;
  commit: string | null;
  isReverted: boolean;
}

/** @param takenBack where it is known: its commit is what to revert */
export function putBack(
  hold: Pick<Hold, 'runId' | 'placedAt'>,
  seen: ReturnedVersion,
  takenBack: WhatWasTakenBack | null,
): Extract<PutBack, { kind: 'back' }> {
  const by = writerSince(hold, seen.writers ?? []);
  const version = seen.version ?? takenBack?.version ?? 'The version that was taken back';
  return {
    kind: 'back',
    runId: hold.runId,
    by,
    words: `${version} is back on ${workloadInWords(seen.workload)}: ${whoInWords(by, seen, hold)}.`,
    advice: adviceFor(by, seen, revertInWords(takenBack)),
  };
}

/** Whoever wrote before the rollback did not put anything back after it, and whose time is not known may have. */
function writerSince({ placedAt }: Pick<Hold, 'placedAt'>, writers: readonly TemplateWriter[]): Since | null {
  const last = lastWriter(writers);
  return last && last.at !== null && last.at > placedAt ? { ...last, at: last.at } : null;
}

type Since = TemplateWriter & { at: number };

function whoInWords(
  by: Since | null,
  { owner, writers = [] }: ReturnedVersion,
  hold: Pick<Hold, 'placedAt'>,
) {
  if (by)
    return `put there by ${writerInWords(by, owner)} at ${formatClock(by.at)}, ${formatSpan(by.at - hold.placedAt)} after the rollback`;
  const what = lastWriter(writers)
    ? 'name anybody who wrote its image since the rollback'
    : 'tell who wrote it last';
  return `who put it there is not known, for the cluster does not ${what}`;
}

type Hand = 'argo-cd' | 'flux' | 'helm' | 'kubectl';

/** By what the usual writers call themselves. */
const hands: readonly { hand: Hand; pattern: RegExp; called: string }[] = [
  { hand: 'argo-cd', pattern: /^argocd-/, called: 'Argo CD' },
  { hand: 'flux', pattern: /^(kustomize|helm)-controller$/, called: 'Flux' },
  { hand: 'helm', pattern: /^(helm|Helm|terraform-provider-helm.*)$/, called: 'Helm' },
  { hand: 'kubectl', pattern: /^kubectl(-|$)/, called: 'somebody with kubectl' },
];

function handOf({ manager }: TemplateWriter) {
  return hands.find(({ pattern }) => pattern.test(manager)) ?? null;
}

function writerInWords(by: TemplateWriter, owner: Owner | undefined): string {
  const hand = handOf(by);
  if (!hand) return `a client that calls itself ${by.manager}`;
  const isOwner = owner && owner.kind !== 'nobody' && owner.name === hand.called;
  return `${isOwner ? ownerInWords(owner) : hand.called} (${by.manager})`;
}

function revertInWords(takenBack: WhatWasTakenBack | null): string {
  if (!takenBack?.commit) return 'revert the commit that brought it';
  if (takenBack.isReverted) return 'revert the newer commit that brought it back';
  return `revert commit ${takenBack.commit.slice(0, 12)}`;
}

function adviceFor(by: TemplateWriter | null, { owner }: ReturnedVersion, revert: string): string {
  const again = 'then roll back again, or release the hold if the version is meant';
  const subject = owner && owner.kind !== 'nobody' ? owner.subject : undefined;
  switch (by && handOf(by)?.hand) {
    case 'argo-cd':
      return `Disable auto-sync of ${subject ?? 'its application'} or ${revert}, ${again}.`;
    case 'flux':
      return `Suspend ${subject ?? 'its Kustomization'} or ${revert}, ${again}.`;
    case 'helm':
      return `Give the Helm ${subject ?? 'release'} the good version (helm rollback, or an upgrade with it), ${again}.`;
    case 'kubectl':
      return `Ask who did that, ${again}.`;
    default:
      if (by) return `Stop what calls itself ${by.manager}, ${again}.`;
      return `Find out who deploys it (the audit log of the cluster), ${again}.`;
  }
}
