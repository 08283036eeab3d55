import type { ConfigSeen, ConfigTarget } from '@lastgood/domain/rollback/contracts/set-config';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import { configurationInWords } from '@lastgood/domain/workload/configuration';
import { endOfAttempt, reasonOf } from '../../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import {
  noteOperation,
  operationAnnotation,
  type PatchOperation,
} from '../../../kubernetes/operation-note.ts';
import { sendPatch } from '../../../kubernetes/send-patch.ts';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';
import type { Content } from './content.ts';
import type { ContentKey } from './content-key.ts';
import { configurationPath, configurationsPath } from './observe-object.ts';

interface SetObject {
  api: ApiClient;
  key: ContentKey | null;
  step: ConfigTarget;
  seen: ConfigSeen;
  /** As it was seen; null where it is not there. */
  meta: ServedMeta | null;
  operation: string;
  fieldManager: string;
  signal: AbortSignal;
}

/** Puts the kept contents back, or creates the object again with them. */
export async function setObject(given: SetObject): Promise<EffectResult> {
  const { key, step, seen, meta } = given;
  const name = configurationInWords(step.object);
  const content = typeof seen.kept === 'string' ? (key?.open(step.to.digest, seen.kept) ?? null) : null;
  // Sealed with another key, or not what it is said to be.
  if (content === null)
    return { kind: 'refused', reason: `what ${name} held cannot be opened with the key configured here` };
  return meta === null ? create(given, content, name) : replace(given, meta, content, name);
}

/**
 * A ConfigMap has no generation: whatever was changed in it since the look, its resourceVersion says so. `add` sets what is not
 * there, too, where `replace` would fail.
 */
function replace(
  { api, step, seen, operation, fieldManager, signal }: SetObject,
  meta: ServedMeta,
  content: Content,
  name: string,
): Promise<EffectResult> {
  const isSecret = step.object.kind === 'Secret';
  const patch: PatchOperation[] = [
    { op: 'test', path: '/metadata/uid', value: seen.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: seen.resourceVersion },
    { op: 'add', path: '/data', value: content.data },
    ...(isSecret ? [] : [{ op: 'add' as const, path: '/binaryData', value: content.binaryData }]),
    ...noteOperation(meta, operation),
  ];
  const note = `${name} holds what it held before`;
  const path = configurationPath(step.object);
  return sendPatch(api, { path, patch, fieldManager, name, note }, signal);
}

/** A second request is refused as existing already; a new look tells by whom. */
async function create(
  { api, step, operation, fieldManager, signal }: SetObject,
  { type, data, binaryData }: Content,
  name: string,
): Promise<EffectResult> {
  const { kind, namespace } = step.object;
  const body = {
    ...{ apiVersion: 'v1', kind, data, ...(type === undefined ? { binaryData } : { type }) },
    metadata: { name: step.object.name, annotations: { [operationAnnotation]: operation } },
    ...(step.to.immutable ? { immutable: true } : {}),
  };
  const path = configurationsPath(kind, namespace);
  const answer = await api({ method: 'POST', path, query: { fieldManager }, body }, signal);
  if (answer.kind === 'ok') return { kind: 'applied', note: `${name} was created again` };
  if (answer.kind === 'lost') return { kind: 'unknown', reason: reasonOf(answer) };
  if (answer.kind === 'rejected' && answer.code === 409)
    return { kind: 'retry', reason: `${name} is there already`, afterMs: 200 };
  return endOfAttempt(answer);
}
