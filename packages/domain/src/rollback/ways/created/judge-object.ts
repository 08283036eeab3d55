import { releaseSubject } from '../../../deployment/release-words.ts';
import {
  clocksDifferMs,
  isRemovableKind,
  type ListedObject,
  type ObjectRef,
  objectInWords,
  ownedBy,
  ownerLabelsOf,
} from '../../../workload/cluster-object.ts';
import { namedConfiguration } from '../../../workload/named-configuration.ts';
import { ownerKeeps } from '../../../workload/owner-keeps.ts';
import type { PodTemplate, WorkloadRef } from '../../../workload/workload.ts';
import { commitsGoBack } from '../../commits-go-back.ts';
import type { CreatedObject } from '../../created-object.ts';
import type { Step } from '../../step.ts';
import type { RollbackContext } from '../way.ts';

/** The templates of the workloads as recorded around the release, and those that it returns to. */
export function templatesOf(deployments: readonly RollbackContext['deployment'][]): PodTemplate[] {
  return deployments
    .flatMap(({ changes }) => changes)
    .flatMap((change) => (change.kind === 'workload' ? [change.before, change.after] : []))
    .flatMap((snapshot) => (snapshot ? [snapshot.template] : []));
}

/**
 * Whether only the release has created an object: of the service by its labels, not there when the release was registered, of
 * nobody who deletes it together with himself, and no workload that a service declares.
 */
export function isCreated(
  object: ListedObject,
  { deployment, target }: Pick<RollbackContext, 'deployment' | 'target'>,
  declared: readonly WorkloadRef[],
): object is ListedObject & { createdAt: number } {
  const before = deployment.objectsBefore;
  if (before?.kind !== 'known' || before.unread.includes(object.kind)) return false;
  if (object.belongs || object.beingDeleted || !isRemovableKind(object.kind)) return false;
  if (object.createdAt === null || object.createdAt < deployment.startedAt - clocksDifferMs) return false;
  if (before.objects.some(({ uid }) => uid === object.uid)) return false;
  if (declared.some(({ kind, name }) => kind === object.kind && name === object.name)) return false;
  return ownedBy(object.labels, ownerLabelsOf(templatesOf([deployment, target]))) !== null;
}

/** @param steps of the whole plan: where commits go back, what a Git controller owns may go with them */
export function createdObject(
  object: ListedObject & { createdAt: number },
  context: RollbackContext,
  steps: readonly Step[],
): CreatedObject {
  const { kind, name, uid, createdAt } = object;
  const refusal = refusalOf(object, context, steps);
  const unless = refusal === null ? ' unless you remove it.' : `. ${refusal}`;
  const words = `${releaseSubject(context.deployment)} created ${objectInWords(object)}${goesOn(object)}${unless}${appliedAgain(object)}`;
  return { kind, name, uid, createdAt, words, refusal };
}

/** What a Git controller does with it nobody reads. */
function goesOn({ kind, owner }: ListedObject): string {
  if (owner.kind === 'git-controller') return '';
  return runs.includes(kind) ? ': it stays and goes on running' : ': it stays';
}

const runs: readonly string[] = ['Job', 'CronJob', 'Deployment', 'StatefulSet', 'DaemonSet'];

function appliedAgain({ owner }: ListedObject): string {
  if (owner.kind !== 'manual-apply' && owner.kind !== 'possible-controller') return '';
  return ` ${owner.name} may bring it again (${owner.evidence}).`;
}

function refusalOf(object: ListedObject, context: RollbackContext, steps: readonly Step[]): string | null {
  const keeper = ownerKeeps(object.owner);
  if (keeper !== null)
    return `${keeper} owns it: ${takenAwayBy(object.owner, commitsGoBack(steps, context.deployment))}.`;
  const [user] = object.usedBy;
  if (user !== undefined) return `${user} uses it: remove it by hand once nothing does.`;
  const named = namedBy(object, context);
  if (named !== null) return `${named}: it is needed after the rollback.`;
  if (isSharedOnly(object, context))
    return 'Only its label app.kubernetes.io/part-of speaks for the service, and others bear that too: remove it by hand if it is yours.';
  if (object.lacks !== null)
    return `Lastgood has no right to remove it: its role lacks the rule ${object.lacks}.`;
  return null;
}

/** Whether a Git controller prunes, nobody reads; nobody else takes anything away because the code goes back. */
function takenAwayBy({ kind }: ListedObject['owner'], isByCommits: boolean): string {
  return kind === 'git-controller' && isByCommits
    ? 'it goes back with the commits if it prunes; else remove it there'
    : 'remove it there';
}

/** A system has several services: what is labelled as a part of it may be any of theirs. */
function isSharedOnly({ labels }: ListedObject, { deployment, target, service }: RollbackContext): boolean {
  const own = ownerLabelsOf(templatesOf([deployment, target]));
  const by = ownedBy(labels, own);
  return by === 'app.kubernetes.io/part-of' && labels[by] !== service.name;
}

/** What names an object that the rollback returns to: templates name configuration, and hosts in values; teams name routes. */
function namedBy(object: ObjectRef, { target, service }: RollbackContext): string | null {
  const templates = templatesOf([{ ...target, changes: target.changes }]);
  const isNamed =
    object.kind === 'ConfigMap'
      ? templates.some((one) => namedConfiguration(one).some((ref) => isSame(ref, object)))
      : object.kind === 'Service' && templates.some((one) => saysHost(one, object.name));
  if (isNamed) return 'What the rollback returns to names it';
  return textsIn(service.rollback).includes(object.name) ? 'The service declares it' : null;
}

const isSame = (one: { kind: string; name: string }, other: ObjectRef) =>
  one.kind === other.kind && one.name === other.name;

/** As a host in whatever a container is given: `http://web`, `web:8080`, `web.shop.svc`. */
function saysHost({ spec }: PodTemplate, name: string): boolean {
  const host = new RegExp(`(^|[^a-z0-9-])${name}($|[^a-z0-9-])`);
  return (
    isRecord(spec) &&
    textsIn([spec.containers, spec.initContainers].map(givenTo)).some((one) => host.test(one))
  );
}

function givenTo(containers: unknown): unknown {
  const each = Array.isArray(containers) ? containers.filter(isRecord) : [];
  return each.map(({ env, args, command }) => [
    (Array.isArray(env) ? env.filter(isRecord) : []).map(({ value }) => value),
    args,
    command,
  ]);
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
