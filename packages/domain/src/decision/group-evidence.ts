import type { Deployment } from '../deployment/deployment.ts';
import type { Hold } from '../deployment/hold.ts';
import type { PassedRelease } from '../deployment/jump.ts';
import {
  type AskedRollback,
  type CascadeRelease,
  type CascadeService,
  cascadeOf,
  drawnIn,
  type MemberReason,
  type Neighbour,
} from '../rollback/group/cascade.ts';
import type { AutomaticGroup, ServiceKey } from '../service/service.ts';
import { restraintsOfService, type StandsToRollback } from './restraints.ts';

/*
 * Who goes back with a rollback that nobody asked for. Only those follow of whom a contract says that they do not work with
 * what is returned to: that they were deployed since is no evidence against them, and the veto keeps them from going back for
 * a breach that is another's. Each must be allowed to go back by itself as if it had breached; where one is not, none goes,
 * because the rest without it is what nobody has ever tried. See `docs/decisions/0045-who-goes-back-by-itself.md`.
 */

/** What is stored of a release: who follows and may, but none of what it changed. */
export type EvidentRelease = CascadeRelease &
  Pick<Deployment, 'proof' | 'watchEndsAt' | 'watchClosedAt' | 'putBack'>;

/** How somebody who follows stands to a rollback that nobody asked for. */
export interface FollowerStanding
  extends Pick<StandsToRollback, 'policy' | 'lastAttemptAt' | 'activeRunId' | 'between'> {
  /** Whether one of its own triggers rolls it back by itself: its team lets Lastgood act. */
  isAutomatic: boolean;
  /** Whether what it would return to was taken back before, and nobody has let it in since. */
  isTargetHeld: boolean;
}

/** What is recorded of a service's rollbacks, its holds in force included. */
export interface RollbackStanding
  extends Pick<FollowerStanding, 'lastAttemptAt' | 'activeRunId' | 'isAutomatic'> {
  service: ServiceKey;
  holds: Hold[];
}

export interface FollowerFacts {
  service: CascadeService;
  current: EvidentRelease;
  /** Newest first, up to the one that would do; all that are known where none would. */
  targets: EvidentRelease[];
  /** Null where there is nothing it could return to. */
  stands: FollowerStanding | null;
}

/** What is known of those who would have to follow; enough to judge it again. */
export interface GroupFacts {
  slot: number;
  choice: AutomaticGroup;
  asked: AskedRollback<CascadeService, EvidentRelease>;
  /** Never empty. */
  followers: FollowerFacts[];
}

/** A service that goes back, in the order in which they do. */
export interface EvidentMember {
  service: ServiceKey;
  name: string;
  deploymentId: string;
  targetDeploymentId: string;
  reason: MemberReason;
  /** Why it follows, in words; empty for the one that breached. */
  why: string;
}

/** Facts and what was made of them; stored with the decision. */
export interface GroupEvidence extends GroupFacts {
  /** `goes`: all of them together. `objects`: none of them by itself. */
  outcome: 'goes' | 'objects';
  /** Empty where they cannot go back together at all. */
  members: EvidentMember[];
  /** In words, why not. */
  reasons: string[];
}

/** Judge: whether all who follow may go back by themselves. */
export function judgeGroup(facts: GroupFacts): GroupEvidence {
  const neighbours = facts.followers.map(({ service, current, targets }) => ({ service, current, targets }));
  const cascade = cascadeOf(facts.asked, neighbours, 'contract');
  if (cascade.kind === 'refused') {
    const reasons = cascade.refusals.map(({ reason }) => reason.replace(/\.$/, ''));
    return { ...facts, outcome: 'objects', members: [], reasons };
  }
  const members = cascade.members.map(({ service, deployment, target, reason, why }) => ({
    ...{ service: service.key, name: service.name, deploymentId: deployment.id },
    ...{ targetDeploymentId: target.id, reason, why },
  }));
  const reasons = [
    ...(facts.choice === 'suggest' ? ['its policy only suggests a rollback that takes others along'] : []),
    ...cascade.members.flatMap(({ service, deployment, target }) => {
      const stands = facts.followers.find((one) => one.service.key === service.key)?.stands;
      const against = stands ? restraintsOn(stands, deployment, target, facts.slot) : [];
      return against.length === 0
        ? []
        : [`${service.name} has to go back with it and does not by itself: ${against.join(' and ')}`];
    }),
  ];
  return { ...facts, outcome: reasons.length === 0 ? 'goes' : 'objects', members, reasons };
}

function restraintsOn(
  { isAutomatic, isTargetHeld, ...stands }: FollowerStanding,
  deployment: EvidentRelease,
  target: EvidentRelease,
  slot: number,
): string[] {
  return [
    ...(isAutomatic ? [] : ['none of its triggers rolls back by itself']),
    ...(isTargetHeld ? ['what it would return to is held'] : []),
    ...restraintsOfService({ ...stands, deployment, lastKnownGood: target }, slot),
  ];
}

/** Judges the group of a stored decision again, from what was stored with it alone. */
export function judgeGroupAgain({
  group,
}: {
  group?: GroupEvidence | null | undefined;
}): GroupEvidence | null {
  if (!group) return null;
  const { outcome: _outcome, members: _members, reasons: _reasons, ...facts } = group;
  return judgeGroup(facts);
}

/** Who follows of those who are known, and to what it would return; null where nothing would do. */
export function followersAmong<S extends CascadeService, R extends EvidentRelease>(
  asked: AskedRollback<S, R>,
  neighbours: readonly Neighbour<S, R>[],
): { neighbour: Neighbour<S, R>; target: R | null }[] {
  const { members, without } = drawnIn(asked, neighbours, 'contract');
  const found = new Map(members.map(({ service, target }) => [service.key, target]));
  const lacks = new Set(without.map(({ neighbour }) => neighbour));
  return neighbours
    .filter(({ service }) => service.key !== asked.service.key)
    .map((neighbour) => ({ neighbour, target: found.get(neighbour.service.key) ?? null }))
    .filter(({ neighbour, target }) => target !== null || lacks.has(neighbour));
}

/** What is stored of somebody who follows. */
export function followerFacts<S extends CascadeService, R extends EvidentRelease>(
  { service, current, targets }: Neighbour<S, R>,
  target: R | null,
  stands: FollowerStanding | null,
): FollowerFacts {
  const upTo = target === null ? targets : targets.slice(0, targets.indexOf(target) + 1);
  return {
    service: evidentService(service),
    current: evidentRelease(current),
    targets: upTo.map(evidentRelease),
    stands: stands && { ...stands, between: stands.between.map(withoutChanges) },
  };
}

/** What is stored of the one that breached. */
export function askedFacts<S extends CascadeService, R extends EvidentRelease>({
  service,
  deployment,
  target,
}: AskedRollback<S, R>): GroupFacts['asked'] {
  return {
    service: evidentService(service),
    deployment: evidentRelease(deployment),
    target: evidentRelease(target),
  };
}

function evidentService({ key, name, dependencies }: CascadeService): CascadeService {
  return { key, name, dependencies };
}

function evidentRelease(release: EvidentRelease): EvidentRelease {
  const { id, version, origin, status, startedAt, previousDeploymentId, contracts } = release;
  const { proof, watchEndsAt, watchClosedAt, putBack } = release;
  return {
    ...{ id, release: release.release, version, origin, status, startedAt, previousDeploymentId, contracts },
    ...{ proof, watchEndsAt, watchClosedAt, putBack },
  };
}

function withoutChanges(passed: PassedRelease): PassedRelease {
  return { ...passed, changes: [] };
}
