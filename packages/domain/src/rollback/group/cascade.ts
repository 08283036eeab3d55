import { brokenContracts, contractFit, providedInWords } from '../../deployment/contracts.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import { releaseName, releaseSubject } from '../../deployment/release-words.ts';
import type { Service, ServiceKey } from '../../service/service.ts';
import type { Refusal } from '../refusal.ts';
import { orderMembers } from './order-members.ts';

/** What of a service tells who goes back with whom. */
export type CascadeService = Pick<Service, 'key' | 'name' | 'dependencies'>;

/** The same of one of its releases. */
export type CascadeRelease = Pick<
  Deployment,
  'id' | 'release' | 'version' | 'origin' | 'status' | 'startedAt' | 'previousDeploymentId' | 'contracts'
>;

/** A service that depends on another one, or that another one depends on, as it is recorded. */
export interface Neighbour<S extends CascadeService = Service, R extends CascadeRelease = Deployment> {
  service: S;
  /** Its newest release. */
  current: R;
  /** Its good releases before that, newest first. */
  targets: readonly R[];
}

/** Of which rollback others may be a part. */
export interface AskedRollback<S extends CascadeService = Service, R extends CascadeRelease = Deployment> {
  service: S;
  deployment: R;
  target: R;
}

/** Why a service goes back with another one: what it needs is known to break, or it came after and nothing is known. */
export type MemberReason = 'asked' | 'contract' | 'deployed-since';

export interface CascadeMember<S extends CascadeService = Service, R extends CascadeRelease = Deployment>
  extends AskedRollback<S, R> {
  reason: MemberReason;
  /** That in words; empty for the one that was asked for. */
  why: string;
}

export type Cascade<S extends CascadeService = Service, R extends CascadeRelease = Deployment> =
  /** In the order in which they are taken back: whoever depends on another member before it. */
  { kind: 'members'; members: CascadeMember<S, R>[] } | { kind: 'refused'; refusals: Refusal[] };

/** Who follows: all who may not work with what is returned to, or only those of whom a contract says that they will not. */
export type Following = 'contract' | 'any-reason';

/** More services than this are no incident of one release. */
const mostMembers = 20;

/**
 * Who has to go back together with a release. A service that calls it follows where what it needs is not what the target
 * provides, or where it was deployed since and neither says; a service that it calls follows where it does not provide what
 * the target needs. Whoever follows may draw in others in turn.
 */
export function cascadeOf<S extends CascadeService, R extends CascadeRelease>(
  asked: AskedRollback<S, R>,
  neighbours: readonly Neighbour<S, R>[],
  following: Following = 'any-reason',
): Cascade<S, R> {
  const { members: found, without, isTooMany } = drawnIn(asked, neighbours, following);
  if (isTooMany) return { kind: 'refused', refusals: [tooMany(asked)] };
  const broken = [
    ...without.map(({ neighbour, why }) => noGoodRelease(neighbour.service, why)),
    ...found.flatMap((one) => brokenBetween(one, found)),
  ];
  if (broken.length > 0) return { kind: 'refused', refusals: broken };
  const order = orderMembers(found);
  return order.kind === 'circle'
    ? { kind: 'refused', refusals: [circle(order.names)] }
    : { kind: 'members', members: order.members };
}

/** Who follows, in the order in which they were found: with a release that would do, or without one. */
export interface DrawnIn<S extends CascadeService, R extends CascadeRelease> {
  members: CascadeMember<S, R>[];
  without: { neighbour: Neighbour<S, R>; why: string }[];
  /** Whether there were more than go back together, so that nobody looked further. */
  isTooMany: boolean;
}

/** The walk behind `cascadeOf`. It ends early when there are too many. */
export function drawnIn<S extends CascadeService, R extends CascadeRelease>(
  asked: AskedRollback<S, R>,
  neighbours: readonly Neighbour<S, R>[],
  following: Following,
): DrawnIn<S, R> {
  const members = new Map<ServiceKey, CascadeMember<S, R>>([
    [asked.service.key, { ...asked, reason: 'asked', why: '' }],
  ]);
  const without = new Map<ServiceKey, DrawnIn<S, R>['without'][number]>();
  // A map is walked in the order of its making, what is added meanwhile included.
  for (const member of members.values()) {
    for (const neighbour of neighbours) {
      const { key } = neighbour.service;
      if (members.has(key)) continue;
      const follows = followsAsCaller(member, neighbour) ?? followsAsCallee(member, neighbour);
      if (!follows || (following === 'contract' && follows.reason !== 'contract')) continue;
      if (follows.target) members.set(key, toMember(neighbour, follows.target, follows));
      else without.set(key, { neighbour, why: follows.why });
      if (members.size > mostMembers)
        return { members: [...members.values()], without: [...without.values()], isTooMany: true };
    }
  }
  return { members: [...members.values()], without: [...without.values()], isTooMany: false };
}

interface Follows<R> {
  reason: MemberReason;
  why: string;
  target: R | undefined;
}

function followsAsCaller<S extends CascadeService, R extends CascadeRelease>(
  member: CascadeMember<S, R>,
  { service, current, targets }: Neighbour<S, R>,
): Follows<R> | null {
  if (!service.dependencies.includes(member.service.key)) return null;
  const { provides } = member.target.contracts;
  // What it provides now is its own to provide, whether or not the target knows of it.
  const now = member.deployment.contracts.provides;
  const stillFits = (one: R) => contractFit(one.contracts.needs, provides, now) !== 'broken';
  const name = releaseName(member.target);
  const [broken] = brokenContracts(current.contracts.needs, provides, now);
  if (broken) {
    const why = `needs ${broken.name} ${broken.needed}, and ${name} of ${member.service.name} ${providedInWords(broken)}`;
    return { reason: 'contract', why, target: targets.find(stillFits) };
  }
  const isKept = contractFit(current.contracts.needs, provides, now) === 'fits';
  if (isKept || !isDeployedSince(current, member.deployment)) return null;
  const before = (one: R) => one.startedAt < member.deployment.startedAt;
  return {
    reason: 'deployed-since',
    why: `was deployed after ${releaseName(member.deployment)} of ${member.service.name}, and nothing says that it works with ${name}`,
    target: targets.find((one) => before(one) && stillFits(one)),
  };
}

/** A release that came out on top of the one that is taken back, and is no way back itself. */
function isDeployedSince(current: CascadeRelease, taken: CascadeRelease): boolean {
  return (
    current.startedAt >= taken.startedAt &&
    current.previousDeploymentId !== null &&
    current.origin !== 'rollback' &&
    current.status !== 'rolled_back'
  );
}

function followsAsCallee<S extends CascadeService, R extends CascadeRelease>(
  member: CascadeMember<S, R>,
  { service, current, targets }: Neighbour<S, R>,
): Follows<R> | null {
  if (!member.service.dependencies.includes(service.key)) return null;
  const { needs } = member.target.contracts;
  const known = Object.assign({}, ...[...targets, current].map((one) => one.contracts.provides));
  const [broken] = brokenContracts(needs, current.contracts.provides, known);
  if (!broken) return null;
  const why = `${providedInWords(broken)}, and ${releaseName(member.target)} of ${member.service.name} needs ${broken.name} ${broken.needed}`;
  const keeps = (one: R) => contractFit(needs, one.contracts.provides, known) !== 'broken';
  return { reason: 'contract', why, target: targets.find(keeps) };
}

function toMember<S extends CascadeService, R extends CascadeRelease>(
  { service, current }: Neighbour<S, R>,
  target: R,
  { reason, why }: Follows<R>,
): CascadeMember<S, R> {
  return { service, deployment: current, target, reason, why };
}

/** What a member's target needs of another member's target. */
function brokenBetween(
  one: AskedRollback<CascadeService, CascadeRelease>,
  members: readonly AskedRollback<CascadeService, CascadeRelease>[],
): Refusal[] {
  return members.flatMap((other) => {
    if (!one.service.dependencies.includes(other.service.key)) return [];
    const { needs } = one.target.contracts;
    const now = other.deployment.contracts.provides;
    return brokenContracts(needs, other.target.contracts.provides, now).map((broken) => ({
      code: 'contract-broken',
      reason: `${releaseSubject(one.target)} of ${one.service.name} needs ${broken.name} ${broken.needed}, and ${releaseName(other.target)} of ${other.service.name} ${providedInWords(broken)}.`,
      advice: 'Choose another release to return to, of one or the other.',
    }));
  });
}

function noGoodRelease(service: CascadeService, why: string): Refusal {
  return {
    code: 'no-target',
    reason: `${service.name} has to go back too (it ${why}), and no good release of it would do.`,
    advice: `Roll back without those that depend on it, or bring out a release of ${service.name} that works with the target.`,
  };
}

function circle(names: readonly string[]): Refusal {
  return {
    code: 'dependency-cycle',
    reason: `${[...names, names[0]].join(' → ')}: these depend on each other in a circle, so none can go back first.`,
    advice:
      'Take the dependency that closes the circle out of a declaration, or roll the services back one by one.',
  };
}

function tooMany({ service }: { service: CascadeService }): Refusal {
  return {
    code: 'too-many-members',
    reason: `More than ${mostMembers} services would have to go back with ${service.name}.`,
    advice: 'Roll back without those that depend on it, and look after them one by one.',
  };
}
