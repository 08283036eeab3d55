import type { PreviousResult } from '@lastgood/domain/workload/observation';
import { templateImages } from '@lastgood/domain/workload/template-images';
import type { WorkloadTarget } from '@lastgood/domain/workload/workload';
import { nameOf } from '../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../kubernetes/api-client.ts';
import { canonicalRevision } from './canonical-revision.ts';
import { fetchSurroundings, notSeen } from './read-workload.ts';
import { agreedDigests, splitPods } from './revision-pods.ts';
import { previousOf } from './template-history.ts';

/** The template before the current one. Its digests are known only while some of its pods still run. */
export async function previousTemplate(
  api: ApiClient,
  target: WorkloadTarget,
  now: () => number,
  signal: AbortSignal,
): Promise<PreviousResult> {
  const answer = await fetchSurroundings(api, target, signal);
  if (answer.kind !== 'ok') {
    const { kind, reason } = notSeen(answer, target);
    return { kind: kind === 'not-found' ? 'gone' : kind, reason };
  }
  const { workload, history, pods } = answer.found;
  const previous = previousOf(target.kind, workload, history);
  if (previous === null) {
    return {
      kind: 'gone',
      reason: `the cluster keeps no template of ${nameOf(target)} from before its current one`,
    };
  }
  const own = previous.hash === null ? [] : splitPods(target.kind, pods, previous.hash).current;
  return {
    kind: 'found',
    snapshot: {
      uid: workload.metadata.uid,
      generation: workload.metadata.generation ?? 0,
      template: previous.template,
      templateDigest: previous.digest,
      images: templateImages(previous.template),
      imageDigests: agreedDigests(own),
      podTemplateHash: previous.hash,
      revision: String(previous.revision),
      historyName: previous.name,
      canonicalRevision: canonicalRevision(previous.template),
      observedAt: now(),
    },
  };
}
