import type { DeliveryControllers } from '@lastgood/domain/ports/delivery-controllers';
import type { DeliverySeen, DeliveryTarget } from '@lastgood/domain/rollback/contracts/delivery';
import type { ObjectTarget } from '@lastgood/domain/rollback/contracts/step-contract';
import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import { templateImages } from '@lastgood/domain/workload/template-images';
import type { PodTemplate } from '@lastgood/domain/workload/workload';
import { endOfAttempt, reasonOf } from '../../../kubernetes/answer-words.ts';
import type { ApiAnswer } from '../../../kubernetes/api-answer.ts';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import type { ClusterClients } from '../../../kubernetes/cluster-clients.ts';
import { canaryPath, workloadPath } from '../../../kubernetes/resource-paths.ts';
import type { ServedWorkload } from '../served-objects.ts';
import { isOvertaken } from '../set-template.ts';
import { analysisPatch, canarySeen } from './canary-delivery.ts';
import { rolloutSeen } from './rollout-delivery.ts';
import type { ServedCanary, ServedRollout } from './served-delivery.ts';

/** How soon the object is looked at again when it was changed between the look and the write, in milliseconds. */
const lookAgainMs = 200;

/** Argo Rollouts is told by the status of a Rollout, Flagger by the spec of a Canary; nobody ever writes a Canary's status. */
export function createDelivery(
  clients: Pick<ClusterClients, 'of'>,
  fieldManager: string,
): DeliveryControllers {
  const observe = ({ object }: Pick<DeliveryTarget, 'object'>, signal: AbortSignal) =>
    read(clients.of(object.cluster), object, signal);
  const send = (step: DeliveryTarget, path: string, body: object[], signal: AbortSignal) =>
    patch(clients.of(step.object.cluster), { step, path, body, fieldManager }, signal);
  return {
    readDelivery: observe,
    orderAbort: {
      observe: (step, _operation, signal) => observe(step, signal),
      async apply(step, seen, _operation, signal) {
        // A Canary's answer is given when it asks; a look says that it is ordered, so nobody sends.
        if (step.object.kind !== 'Rollout') return { kind: 'already', note: 'answered when it asks' };
        return send(step, statusPath(step.object), statusPatch(step.revision, seen, 'abort'), signal);
      },
    },
    skipAnalysis: {
      observe: (step, _operation, signal) => observe(step, signal),
      apply: (step, seen, _operation, signal) =>
        step.object.kind === 'Rollout'
          ? send(step, statusPath(step.object), statusPatch(seen.revision, seen, 'promoteFull'), signal)
          : send(step, canaryPath(step.object), analysisPatch(seen, step.skip), signal),
    },
    waitForPromotion: {
      observe: (step, _operation, signal) => observe(step, signal),
      apply: async () => ({ kind: 'already', note: 'nothing is sent' }),
    },
  };
}

async function read(
  api: ApiClient,
  object: ObjectTarget,
  signal: AbortSignal,
): Promise<Observed<DeliverySeen>> {
  const answer = await api({ method: 'GET', path: pathOf(object) }, signal);
  if (answer.kind !== 'ok') return notSeen(answer, object);
  if (!isDelivery(answer.body))
    return { kind: 'unreachable', reason: `what the API server answered is no ${object.kind}` };
  if (object.kind === 'Rollout') {
    const rollout = answer.body as ServedRollout;
    return { kind: 'seen', seen: rolloutSeen(rollout, await lentTemplate(api, rollout, object, signal)) };
  }
  const canary = answer.body as ServedCanary;
  const stable = await api({ method: 'GET', path: primaryPath(canary, object) }, signal);
  // Without it there is no stable version yet; any other silence hides one.
  if (stable.kind !== 'ok' && !(stable.kind === 'rejected' && stable.code === 404))
    return { kind: 'unreachable', reason: reasonOf(stable) };
  const { spec } = (stable.kind === 'ok' ? stable.body : {}) as Partial<ServedWorkload>;
  const images = spec?.template ? templateImages(spec.template) : null;
  return { kind: 'seen', seen: canarySeen(canary, object.cluster, images) };
}

/** Read after the Rollout: a template that is newer than what the Rollout is at is seen, and never the other way round. */
async function lentTemplate(
  api: ApiClient,
  { spec: { workloadRef } }: ServedRollout,
  { cluster, namespace }: ObjectTarget,
  signal: AbortSignal,
): Promise<PodTemplate | null> {
  const { kind, name = '' } = workloadRef ?? {};
  // Where the template comes from, a plan can only set a Deployment.
  if (kind !== 'Deployment') return null;
  const answer = await api({ method: 'GET', path: workloadPath({ cluster, namespace, kind, name }) }, signal);
  const { spec } = (answer.kind === 'ok' ? answer.body : {}) as Partial<ServedWorkload>;
  return spec?.template ?? null;
}

/** Its members are checked by the schema of the cluster; something between us and it checks nothing. */
function isDelivery(body: unknown): boolean {
  const { metadata, spec } = (body ?? {}) as Partial<ServedRollout>;
  return typeof metadata?.uid === 'string' && typeof spec === 'object' && spec !== null;
}

/** Flagger keeps the stable version in a Deployment of its own making. */
function primaryPath({ spec }: ServedCanary, { cluster, namespace }: ObjectTarget): string {
  const name = `${spec.targetRef?.name ?? ''}-primary`;
  return workloadPath({ cluster, namespace, kind: 'Deployment', name });
}

function pathOf(object: ObjectTarget): string {
  return object.kind === 'Rollout' ? workloadPath({ ...object, kind: 'Rollout' }) : canaryPath(object);
}

/** On the object itself the same write is answered 200 and changes nothing. */
function statusPath(object: ObjectTarget): string {
  return `${pathOf(object)}/status`;
}

/** Fenced by the version: what was meant for one is never said of the next. The status changes too often for more. */
function statusPatch(revision: string, { uid }: DeliverySeen, member: 'abort' | 'promoteFull'): object[] {
  return [
    { op: 'test', path: '/metadata/uid', value: uid },
    { op: 'test', path: '/status/currentPodHash', value: revision },
    { op: 'add', path: `/status/${member}`, value: true },
  ];
}

interface Write {
  step: DeliveryTarget;
  path: string;
  body: object[];
  fieldManager: string;
}

async function patch(
  api: ApiClient,
  { step, path, body, fieldManager }: Write,
  signal: AbortSignal,
): Promise<EffectResult> {
  const contentType = 'application/json-patch+json';
  const answer = await api({ method: 'PATCH', path, query: { fieldManager }, body, contentType }, signal);
  const { object, controller } = step;
  if (answer.kind === 'ok')
    return { kind: 'applied', note: `${controller} is told by ${object.kind} ${object.name}` };
  if (answer.kind === 'lost') return { kind: 'unknown', reason: reasonOf(answer) };
  if (answer.kind === 'rejected' && isOvertaken(answer)) {
    const reason = `${object.kind} ${object.name} was changed by others while it was looked at`;
    return { kind: 'retry', reason, afterMs: lookAgainMs };
  }
  return endOfAttempt(answer);
}

function notSeen(
  answer: Exclude<ApiAnswer, { kind: 'ok' }>,
  { kind, namespace, name, cluster }: ObjectTarget,
): Observed<never> {
  if (answer.kind === 'rejected' && answer.code === 404)
    return { kind: 'not-found', reason: `${kind} ${namespace}/${name} does not exist in cluster ${cluster}` };
  return { kind: 'unreachable', reason: reasonOf(answer) };
}
