import type { ReadPace } from '../deployment/read-pace.ts';
import type { JudgedTrigger } from '../trigger/judged-trigger.ts';
import {
  type AskedQuery,
  type BrakesBasis,
  basisVersion,
  type DecisionBasis,
  type KeptBasis,
  mostAsked,
  mostBasisLength,
  mostKept,
  type RestraintBasis,
  type VetoBasis,
} from './basis.ts';
import { isTooMany, tripOf } from './brakes.ts';
import { type Brakes, type Contender, type FleetFacts, mostCounted } from './contender.ts';
import type { Decision } from './decision.ts';
import type { Watched } from './watched.ts';

/** What a basis is made of, in the beat that judges. */
export interface BasisOf {
  watched: Watched;
  judged: readonly JudgedTrigger[];
  decision: Decision;
  pace: ReadPace;
  asked: readonly AskedQuery[];
  limits: Brakes;
  fleet: FleetFacts;
  contenders: readonly Contender[];
}

export function basisOf(given: BasisOf): DecisionBasis {
  const { watched, judged, decision } = given;
  const basis: KeptBasis = {
    version: basisVersion,
    restraints: restraintBasis(watched),
    asked: askedBasis(given),
    notDue: judged
      .filter(({ state }) => state.lastSlot !== decision.slot)
      .map(({ trigger, state }) => ({ trigger, hasState: state.lastSlot !== null })),
    veto: decision.guards.some(({ slot }) => slot === decision.slot) ? vetoBasis(given) : null,
    brakes: brakesBasis(given),
  };
  const { length } = JSON.stringify(basis);
  return length > mostBasisLength ? { version: basisVersion, tooLong: length } : basis;
}

function restraintBasis(watched: Watched): RestraintBasis {
  const { deployment, service, lastKnownGood, between, lastAttemptAt, activeRunId, isTakenBack } = watched;
  const { afterWatch, cooldownMs, automaticMaxSkippedReleases, automaticMaxTargetAgeMs, watchWindowMs } =
    service.policy;
  const { id, release, version, origin, status, startedAt, putBack, watchEndsAt, watchClosedAt } = deployment;
  return {
    deployment: { id, release, version, origin, status, startedAt, putBack, watchEndsAt, watchClosedAt },
    lastKnownGood: lastKnownGood && {
      ...{ id: lastKnownGood.id, release: lastKnownGood.release, version: lastKnownGood.version },
      ...{ origin: lastKnownGood.origin, startedAt: lastKnownGood.startedAt },
      ...{ status: lastKnownGood.status, proof: lastKnownGood.proof },
    },
    between: between.map((one) => ({ ...one, changes: [] })),
    policy: {
      ...{ afterWatch, cooldownMs, automaticMaxSkippedReleases, automaticMaxTargetAgeMs, watchWindowMs },
    },
    ...{ lastAttemptAt, lastAttemptRunId: watched.lastAttemptRunId ?? null, activeRunId, isTakenBack },
  };
}

function askedBasis({ judged, asked }: BasisOf): AskedQuery[] {
  const breaching = judged.filter(({ state }) => state.phase === 'firing' || state.phase === 'pending');
  const names = new Set(breaching.map(({ trigger }) => trigger.name));
  return asked.filter(({ trigger }) => names.has(trigger)).slice(0, mostAsked);
}

function vetoBasis({ watched, pace }: BasisOf): VetoBasis {
  const { dependencyEvidence } = watched;
  return {
    intervalMs: pace.intervalMs,
    standingMs: pace.standingMs,
    dependencies: dependencyEvidence.slice(0, mostKept),
    dependenciesLeftOut: Math.max(0, dependencyEvidence.length - mostKept),
  };
}

/** Of many that trip at the same time the first are kept, to be told: none goes back, and their counts alone say so. */
function brakesBasis({ decision, limits, fleet, contenders }: BasisOf): BrakesBasis | null {
  const concerns = contenders.some(
    (one) => one.id === decision.id || one.takes.some(({ service }) => service === decision.service),
  );
  if (!concerns) return null;
  const trip = tripOf(contenders);
  const kept = contenders.slice(0, isTooMany(trip, fleet, limits) ? mostCounted : mostKept);
  return { limits, fleet, contenders: kept, contendersLeftOut: contenders.length - kept.length, trip };
}
