import { type Static, Type } from 'typebox';
import { Instant, literals, named, nullable, ref } from '../../wire/named.ts';
import { EvaluatorStatus } from './status-schema.ts';

/** One outside system, the services that need it, and what its outage means for them. */
const OutsideStatus = named(
  'OutsideStatus',
  Type.Object({
    kind: literals(['postgres', 'metrics', 'cluster', 'signals', 'notifier']),
    title: Type.String({ description: 'What people call it, such as Prometheus.' }),
    name: Type.String(),
    state: literals(
      ['up', 'down', 'unknown'],
      'Unknown: nobody has asked it yet, or it is asked only when there is something to tell it; of who tells of alerts: it was not heard from lately.',
    ),
    since: nullable(
      Instant,
      'Since when it is so; of a notifier that is up when a message last arrived, of who tells of alerts when it was last heard from.',
    ),
    reason: nullable(Type.String(), 'Why it is down, as it said.'),
    notes: Type.Array(Type.String(), {
      description: 'What limits it though it answers, such as rights that Lastgood lacks there.',
    }),
    alerts: nullable(
      Type.Object({
        kept: Type.Integer({ description: 'How many are kept; each time that one fired counts.' }),
        open: Type.Integer({ description: 'How many of these were not told as resolved.' }),
      }),
      'Of who tells of alerts; null of others.',
    ),
    services: Type.Integer({ description: 'How many declared services need it.' }),
    watched: Type.Integer({ description: 'How many of them have a deployment that is watched.' }),
    affected: Type.Array(Type.String(), {
      description: 'Keys of the first 20 of them, those with a watched deployment first.',
    }),
    impact: nullable(
      Type.Object({
        sentence: Type.String({ description: 'What cannot be done for which services.' }),
        meanwhile: Type.String({ description: 'What waits, and what works all the same.' }),
      }),
      'What its outage means; null while it is up.',
    ),
  }),
);
export type OutsideStatus = Static<typeof OutsideStatus>;

const ReplicaStatus = Type.Object({
  id: Type.String(),
  startedAt: Instant,
  seenAt: nullable(Instant, 'When it last wrote a row to see that it can.'),
  alive: Type.Boolean(),
  answers: Type.Boolean({ description: 'It is the one that answered this.' }),
});

const StoragePart = Type.Object({
  name: Type.String(),
  bytes: Type.Integer({ description: 'With indexes.' }),
  keptDays: nullable(Type.Number(), 'Dropped after so many days; null when it is kept for good.'),
  oldestDay: nullable(Type.String(), 'The first day there is, YYYY-MM-DD.'),
});

export const StatusDetails = named(
  'StatusDetails',
  Type.Object({
    at: Instant,
    version: Type.String(),
    evaluator: ref(EvaluatorStatus),
    lastHour: Type.Object({
      judgedSlots: Type.Integer(),
      missedSlots: Type.Integer(),
      slowestMs: nullable(Type.Number(), 'How late the slowest slot was judged.'),
    }),
    outside: Type.Array(ref(OutsideStatus), {
      description: 'Everything that is configured, and the database. What does not answer comes first.',
    }),
    replicas: Type.Array(ReplicaStatus),
    queue: Type.Object({
      queuedRuns: Type.Integer(),
      runningRuns: Type.Integer(),
      oldestQueuedAt: nullable(Instant),
      waitingNotifications: Type.Integer(),
      oldestWaitingAt: nullable(Instant),
      givenUpNotifications: Type.Integer({ description: 'In the last 24 hours.' }),
    }),
    storage: Type.Object({
      databaseBytes: Type.Integer(),
      retentionDays: Type.Number({ description: 'Readings and asks older than this are dropped.' }),
      bytesYesterday: nullable(
        Type.Integer(),
        'What yesterday added to the parts that are kept by the day; null before a whole day has passed.',
      ),
      parts: Type.Array(StoragePart, { description: 'The largest first.' }),
    }),
  }),
);
export type StatusDetails = Static<typeof StatusDetails>;
