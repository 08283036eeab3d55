import { apiError, badRequest, methodNotAllowed, notFound } from '../api-error.ts';
import { allowedCondition, isCovered } from '../controllers/budget-status.ts';
import { isEnded, isReady } from '../controllers/pod-control.ts';
import { PODS } from '../kinds/core-kinds.ts';
import { DISRUPTION_BUDGETS, type PodDisruptionBudget } from '../kinds/disruption-budget-kind.ts';
import { type JsonObject, type Pod, wireTime } from '../objects.ts';
import type { DeleteOptions } from '../write-options.ts';
import { checkPreconditions } from '../write-rules.ts';
import { readJsonObject } from './body.ts';
import { deleteOptionsFrom } from './object-routes.ts';
import {
  type ApiAnswer,
  type ApiParts,
  type ApiRequest,
  isDryRun,
  requesterOf,
  type Target,
} from './request.ts';

/**
 * POST pods/NAME/eviction: a DELETE that asks the budget of the pod first.
 * https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/
 *
 * - Pods that never ran, have ended or are ending go without asking. So does a pod that is not ready, where the policy of the
 *   budget is AlwaysAllow, or enough other pods are healthy.
 * - For every other the budget gives way once; it is spent before the pod is deleted, and stays so when that fails.
 */
export function answerEviction(
  parts: ApiParts,
  request: ApiRequest,
  { namespace, name }: Target & { name: string },
): ApiAnswer {
  if (request.method !== 'POST') throw methodNotAllowed();
  const sent = readJsonObject(request);
  checkKind(sent, name);
  const pod = parts.storage.get(PODS.plural, namespace, name) as Pod | undefined;
  if (!pod) throw notFound(PODS, name);
  const options: DeleteOptions = deleteOptionsFrom((sent.deleteOptions ?? {}) as JsonObject, request);
  const dryRun = options.dryRun === true || isDryRun(request, 'CreateOptions');
  askBudget(parts, request, pod, { ...options, dryRun });
  parts.writes.remove(PODS, namespace, name, { ...options, dryRun });
  return {
    status: 201,
    body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 },
  };
}

function checkKind({ apiVersion, kind, metadata }: JsonObject, name: string): void {
  if (kind !== 'Eviction' || (apiVersion !== 'policy/v1' && apiVersion !== 'policy/v1beta1'))
    throw badRequest(`no kind "${kind}" is registered for version "${apiVersion}" that evicts a pod`);
  const named = (metadata as JsonObject | undefined)?.name;
  if (named !== undefined && named !== name)
    throw badRequest(`name in URL does not match name in Eviction object: ${name} and ${named}`);
}

function askBudget(parts: ApiParts, request: ApiRequest, pod: Pod, options: DeleteOptions): void {
  if (isEnded(pod) || pod.status.phase === 'Pending' || pod.metadata.deletionTimestamp) return;
  const budgets = (parts.storage.list(DISRUPTION_BUDGETS.plural) as PodDisruptionBudget[]).filter((budget) =>
    isCovered(budget, pod),
  );
  const [budget, second] = budgets;
  if (second) {
    const message =
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw apiError(500, 'InternalError', message);
  }
  if (!budget) return;
  if (!isReady(pod) && isFreeToGo(budget)) checkUnready(budget, pod, options);
  else spend(parts, request, budget, pod, options);
}

/** Does the policy let pods go that are not ready? https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy */
function isFreeToGo({ spec, status }: PodDisruptionBudget): boolean {
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  return status.desiredHealthy > 0 && status.currentHealthy >= status.desiredHealthy;
}

/** Another uid than that of the pod looks as if the budget were busy. */
function checkUnready(budget: PodDisruptionBudget, pod: Pod, options: DeleteOptions): void {
  try {
    checkPreconditions(PODS, pod, options.preconditions);
  } catch {
    throw stillProcessed(budget);
  }
}

function spend(
  { writes, clock }: ApiParts,
  request: ApiRequest,
  budget: PodDisruptionBudget,
  pod: Pod,
  { dryRun = false }: DeleteOptions,
): void {
  const { metadata, status } = budget;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) throw stillProcessed(budget);
  if (status.disruptionsAllowed <= 0) {
    const { desiredHealthy, currentHealthy } = status;
    throw tooMany(
      `The disruption budget ${metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
    );
  }
  const disruptionsAllowed = status.disruptionsAllowed - 1;
  const spent: PodDisruptionBudget = {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed,
      disruptedPods: { ...status.disruptedPods, [pod.metadata.name]: wireTime(clock.now()) },
      conditions: [allowedCondition(budget, disruptionsAllowed, clock.now())],
    },
  };
  writes.update(DISRUPTION_BUDGETS, metadata.namespace, metadata.name, () => spent as unknown as JsonObject, {
    requester: { ...requesterOf(request), isInternal: true },
    subresource: 'status',
    dryRun,
  });
}

function stillProcessed({ metadata }: PodDisruptionBudget): Error {
  return tooMany(`The disruption budget ${metadata.name} is still being processed by the server.`, 10);
}

function tooMany(message: string, retryAfterSeconds?: number): Error {
  return apiError(
    429,
    'TooManyRequests',
    "Cannot evict pod as it would violate the pod's disruption budget.",
    {
      causes: [{ reason: 'DisruptionBudget', message } as { reason: string; message: string; field: string }],
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  );
}
