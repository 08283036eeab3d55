import type { ImageMover } from '@lastgood/domain/rollback/contracts/ensure-commit-reverted';
import type { ObjectTarget } from '@lastgood/domain/rollback/contracts/step-contract';
import type { ApplicationSeen } from '@lastgood/domain/rollback/contracts/wait-for-sync';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { reasonOf } from '../../../kubernetes/answer-words.ts';
import type { ApiClient } from '../../../kubernetes/api-client.ts';
import { type ApplicationKind, applicationPath } from './application-paths.ts';
import { seenApplication } from './argo-cd.ts';
import { imageAutomations, seenKustomization } from './flux.ts';
import {
  isAutomations,
  isGroup,
  type ServedKustomization,
  servedApplication,
  servedGitRepository,
  servedKustomization,
} from './served-applications.ts';

type NotSeen = Exclude<Observed<never>, { kind: 'seen' }>;

/** An application of a Git controller as its cluster tells. */
export async function readApplication(
  api: ApiClient,
  { kind, namespace, name }: ObjectTarget,
  signal: AbortSignal,
): Promise<Observed<ApplicationSeen>> {
  if (kind === 'Application') {
    const read = await readObject(api, servedApplication, { kind, namespace, name }, signal);
    if (read.kind !== 'seen') return read;
    if (read.seen.spec.source === undefined)
      return notFollowed(`Application ${namespace}/${name} is taken from several sources`);
    return { kind: 'seen', seen: seenApplication(read.seen, name) };
  }
  if (kind !== 'Kustomization')
    return notFollowed(`${kind} ${namespace}/${name} is of no kind that is known`);
  const read = await readObject(api, servedKustomization, { kind, namespace, name }, signal);
  return read.kind === 'seen' ? readWithSource(api, read.seen, namespace, signal) : read;
}

async function readWithSource(
  api: ApiClient,
  kustomization: ServedKustomization,
  own: string,
  signal: AbortSignal,
): Promise<Observed<ApplicationSeen>> {
  const { kind, name, namespace = own } = kustomization.spec.sourceRef;
  if (kind !== 'GitRepository')
    return notFollowed(`it is taken from ${kind} ${namespace}/${name} and not from Git`);
  const source = await readObject(api, servedGitRepository, { kind, namespace, name }, signal);
  if (source.kind !== 'seen') return source;
  const { source: from } = seenKustomization(kustomization, source.seen, []);
  const movers = await readAutomations(api, { namespace, name, branch: from?.branch ?? null }, signal);
  return { kind: 'seen', seen: seenKustomization(kustomization, source.seen, movers) };
}

async function readObject<T extends TSchema>(
  api: ApiClient,
  schema: T,
  { kind, namespace, name }: { kind: ApplicationKind; namespace: string; name: string },
  signal: AbortSignal,
): Promise<{ kind: 'seen'; seen: Static<T> } | NotSeen> {
  const answer = await api({ method: 'GET', path: applicationPath(kind, namespace, name) }, signal);
  const called = `${kind} ${namespace}/${name}`;
  if (answer.kind === 'rejected' && answer.code === 404)
    return { kind: 'not-found', reason: `there is no ${called} in the cluster` };
  if (answer.kind !== 'ok') return { kind: 'unreachable', reason: reasonOf(answer) };
  const { body } = answer;
  return Check(schema, body)
    ? { kind: 'seen', seen: body }
    : {
        kind: 'unreachable',
        reason: `${called} does not read as one: another version of its schema is installed`,
      };
}

const imageGroup = '/apis/image.toolkit.fluxcd.io';

/** That nobody could look is told as well: something may be there. */
async function readAutomations(
  api: ApiClient,
  source: { namespace: string; name: string; branch: string | null },
  signal: AbortSignal,
): Promise<ImageMover[]> {
  const group = await api({ method: 'GET', path: imageGroup }, signal);
  if (group.kind === 'rejected' && group.code === 404) return [];
  if (group.kind !== 'ok') return [unknownAutomations(reasonOf(group))];
  if (!isGroup(group.body)) return [unknownAutomations('its versions could not be read')];
  const path = `/apis/${group.body.preferredVersion.groupVersion}/namespaces/${encodeURIComponent(source.namespace)}/imageupdateautomations`;
  const answer = await api({ method: 'GET', path, query: { limit: '500' } }, signal);
  if (answer.kind === 'rejected' && answer.code === 404) return [];
  if (answer.kind !== 'ok') return [unknownAutomations(reasonOf(answer))];
  if (!isAutomations(answer.body)) return [unknownAutomations('they do not read as they should')];
  return imageAutomations(answer.body, source);
}

function unknownAutomations(reason: string): ImageMover {
  return {
    name: 'Flux image automation',
    effect: `could not be looked for (${reason}): if there is one, it brings the bad version back`,
    advice: 'Look by hand: flux get image update --all-namespaces.',
    isAutomatic: false,
  };
}

function notFollowed(what: string): NotSeen {
  return { kind: 'not-found', reason: `${what}, which Lastgood does not follow` };
}
