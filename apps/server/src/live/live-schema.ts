import { eventUrgencies } from '@lastgood/domain';
import { type Static, Type } from 'typebox';
import { Reading } from '../endpoints/deployments/trigger-view-schema.ts';
import { FleetStanding, Standing } from '../endpoints/standing/standing-schema.ts';
import { EvaluatorStatus } from '../endpoints/status/status-schema.ts';
import { Instant, literals, named, nullable, ref } from '../wire/named.ts';

/** Messages of the websocket `/api/v1/live`, server to client. REST is the truth; these are hints and live values. */
export const LiveReading = named(
  'LiveReading',
  Type.Object({
    type: Type.Literal('reading'),
    service: Type.String(),
    deploymentId: Type.String(),
    trigger: Type.String(),
    at: Instant,
    reading: ref(Reading),
    threshold: Type.Number(),
    comparison: literals(['greater_than', 'less_than']),
    unit: Type.String(),
    phase: literals(['unknown', 'inactive', 'pending', 'firing']),
    heldSeconds: Type.Number(),
    forSeconds: Type.Number(),
    holdLeftSeconds: nullable(Type.Number()),
    trouble: nullable(Type.String()),
    frozen: Type.Boolean(),
    lateMs: Type.Number(),
  }),
);
export type LiveReading = Static<typeof LiveReading>;

export const LiveChanged = named(
  'LiveChanged',
  Type.Object({
    type: Type.Literal('changed'),
    resource: literals(['deployment', 'run', 'service', 'status', 'hold', 'trigger-set']),
    id: Type.String(),
    service: nullable(Type.String()),
    text: nullable(Type.String(), 'The event in words, for a live region.'),
    urgency: literals(eventUrgencies),
  }),
);
export type LiveChanged = Static<typeof LiveChanged>;

export const LiveHeartbeat = named(
  'LiveHeartbeat',
  Type.Object({
    type: Type.Literal('heartbeat'),
    at: Instant,
    evaluator: ref(EvaluatorStatus),
  }),
);
export type LiveHeartbeat = Static<typeof LiveHeartbeat>;

/** How a service stands, whenever that has changed. */
export const LiveStanding = named(
  'LiveStanding',
  Type.Object({ type: Type.Literal('standing'), standing: ref(Standing) }),
);
export type LiveStanding = Static<typeof LiveStanding>;

/** How the fleet stands, whenever that has changed. */
export const LiveFleet = named(
  'LiveFleet',
  Type.Object({ type: Type.Literal('fleet'), fleet: ref(FleetStanding) }),
);
export type LiveFleet = Static<typeof LiveFleet>;

/** One frame carries several messages: at most one frame per client and tick. */
named(
  'LiveFrame',
  Type.Object({
    messages: Type.Array(
      Type.Union([ref(LiveReading), ref(LiveChanged), ref(LiveStanding), ref(LiveFleet), ref(LiveHeartbeat)]),
    ),
  }),
);
