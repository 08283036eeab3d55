import { type Static, Type } from 'typebox';
import { Instant, literals, named, nullable, ref } from '../../wire/named.ts';
import { FleetStanding } from '../standing/standing-schema.ts';

/** How an outside system is. */
const SourceHealth = named(
  'SourceHealth',
  Type.Object({
    kind: literals(['postgres', 'metrics', 'cluster', 'notifier']),
    title: Type.String({ description: 'What people call it, such as Prometheus.' }),
    name: Type.String(),
    up: Type.Boolean(),
    reason: nullable(Type.String()),
    since: nullable(Instant),
    missingRights: Type.Array(Type.String(), {
      description: 'Of a cluster: which rights Lastgood lacks there, and the rule to add; a sentence each.',
    }),
    note: nullable(
      Type.String({
        description: 'What limits it though it answers, such as that its workloads may only be listed.',
      }),
    ),
  }),
);

/** How triggers are evaluated, the same everywhere. */
export const EvaluatorStatus = named(
  'EvaluatorStatus',
  Type.Object({
    intervalSeconds: Type.Number(),
    lastSlotAt: nullable(Instant),
    lateMs: nullable(Type.Number()),
    missedSlotsLastHour: Type.Integer(),
    nextSlotAt: nullable(Instant, 'When the next slot is; null when there is nothing to evaluate.'),
    staleAt: nullable(
      Instant,
      'From then on this answer is too old to say that all is well: unless a newer one has come, it is stalled. Null when there is nothing to evaluate.',
    ),
    state: literals(['on_time', 'late', 'stalled', 'starting', 'idle']),
    sentence: Type.String(),
  }),
);
export type EvaluatorStatus = Static<typeof EvaluatorStatus>;

export const SystemStatus = named(
  'SystemStatus',
  Type.Object({
    at: Instant,
    version: Type.String(),
    sandbox: Type.Boolean(),
    replica: Type.String(),
    evaluator: ref(EvaluatorStatus),
    sources: Type.Array(ref(SourceHealth)),
    undelivered: Type.Integer({ description: 'Notifications that have not arrived yet.' }),
  }),
);
export type SystemStatus = Static<typeof SystemStatus>;

/** With the sentence of the fleet, the same as `NowView` has. */
export const StatusView = named(
  'StatusView',
  Type.Object({
    ...SystemStatus.properties,
    fleet: ref(FleetStanding),
  }),
);
export type StatusView = Static<typeof StatusView>;
