import type { ObjectTarget } from '@lastgood/domain/rollback/contracts/step-contract';
import type { SyncTarget } from '@lastgood/domain/rollback/contracts/wait-for-sync';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { Check } from 'typebox/value';
import { endOfAttempt, reasonOf } from '../../../kubernetes/answer-words.ts';
import type { ApiAnswer } from '../../../kubernetes/api-answer.ts';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import { operationAnnotation } from '../../../kubernetes/operation-note.ts';
import { applicationPath } from './application-paths.ts';
import { refreshAnnotation } from './argo-cd.ts';
import { requestAnnotation } from './flux.ts';
import { servedKustomization } from './served-applications.ts';

interface Asking {
  api: ApiClient;
  fieldManager: string;
  operation: string;
  signal: AbortSignal;
}

/** How soon an object that was made anew is looked at again, in milliseconds. */
const lookAgainMs = 500;

/** Asks the controller to look now. The uid goes along, and an object of another one refuses it with 409. */
export async function askForSync(
  asking: Asking,
  { application, uid }: Pick<SyncTarget, 'application' | 'uid'>,
): Promise<EffectResult> {
  const { operation } = asking;
  const { kind, namespace, name } = application;
  if (kind === 'Application') {
    const annotations = { [refreshAnnotation]: 'hard', [operationAnnotation]: operation };
    return ended(
      await annotate(asking, applicationPath(kind, namespace, name), annotations, uid),
      application,
    );
  }
  if (kind !== 'Kustomization') return { kind: 'refused', reason: `${kind} is of no kind that is known` };
  const path = applicationPath(kind, namespace, name);
  const read = await asking.api({ method: 'GET', path }, asking.signal);
  if (read.kind !== 'ok') return endOfAttempt(read);
  if (!Check(servedKustomization, read.body))
    return { kind: 'refused', reason: `${name} does not read as a ${kind}` };
  const { sourceRef } = read.body.spec;
  const source = applicationPath('GitRepository', sourceRef.namespace ?? namespace, sourceRef.name);
  const annotations = { [requestAnnotation]: operation };
  // The source first: what has not been fetched cannot be applied. Until the second is there, both are sent again.
  const fetched = await annotate(asking, source, annotations);
  if (fetched.kind !== 'ok') return ended(fetched, application);
  return ended(await annotate(asking, path, annotations, uid), application);
}

function annotate(
  { api, fieldManager, signal }: Asking,
  path: string,
  annotations: Record<string, string>,
  uid?: string,
): Promise<ApiAnswer> {
  const metadata = { ...(uid === undefined ? {} : { uid }), annotations };
  const contentType = 'application/merge-patch+json';
  return api({ method: 'PATCH', path, query: { fieldManager }, body: { metadata }, contentType }, signal);
}

function ended(answer: ApiAnswer, { kind, namespace, name }: ObjectTarget): EffectResult {
  const called = `${kind} ${namespace}/${name}`;
  if (answer.kind === 'ok') return { kind: 'applied', note: `asked for a look at ${called}` };
  if (answer.kind === 'lost') return { kind: 'unknown', reason: reasonOf(answer) };
  if (answer.kind === 'rejected' && (answer.code === 409 || answer.code === 404))
    return {
      kind: 'retry',
      reason: `${called} was changed by others while it was looked at`,
      afterMs: lookAgainMs,
    };
  return endOfAttempt(answer);
}
