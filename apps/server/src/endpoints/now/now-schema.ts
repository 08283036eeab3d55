import { type Static, Type } from 'typebox';
import { Link } from '../../declaration/link-schema.ts';
import { Instant, named, nullable, ref } from '../../wire/named.ts';
import { Origin, ReleaseRef } from '../deployments/deployment-schema.ts';
import { TriggerView } from '../deployments/trigger-view-schema.ts';
import { Run, RunActions, RunHolder, RunStepView } from '../runs/run-schema.ts';
import { FleetStanding, Standing } from '../standing/standing-schema.ts';
import { SystemStatus } from '../status/status-schema.ts';

export const WatchRow = named(
  'WatchRow',
  Type.Object({
    deploymentId: Type.String(),
    service: Type.String(),
    serviceName: Type.String(),
    environment: Type.String(),
    release: Type.Integer(),
    version: nullable(Type.String()),
    origin: Origin,
    startedAt: Instant,
    watchEndsAt: nullable(Instant),
    beyondWindow: nullable(
      Type.String(),
      'Why the watch goes on after its window, such as "watched beyond its window: high_latency still breaches".',
    ),
    worst: nullable(ref(TriggerView), 'The worst trigger; null when none was evaluated yet.'),
    standing: ref(Standing),
    target: nullable(ref(ReleaseRef)),
    activeRunId: nullable(
      Type.String(),
      'The run that rolls its service back now; no other can be asked for meanwhile.',
    ),
    links: Type.Array(ref(Link), {
      description: 'Those of the service and of its worst trigger, filled in.',
    }),
    spark: Type.Array(nullable(Type.Number()), {
      description: "The worst trigger's last 30 values; null is a gap.",
    }),
  }),
);
export type WatchRow = Static<typeof WatchRow>;

/** The Now page. */
export const NowView = named(
  'NowView',
  Type.Object({
    at: Instant,
    fleet: ref(FleetStanding),
    status: ref(SystemStatus),
    runs: Type.Array(
      Type.Object({
        run: ref(Run),
        steps: Type.Array(ref(RunStepView)),
        holder: nullable(ref(RunHolder)),
        actions: ref(RunActions),
      }),
      {
        description: 'Active runs, runs stopped and not looked after, and those finished in the last hour.',
      },
    ),
    attention: Type.Array(ref(WatchRow), {
      description: 'Who needs a look, watched or not; who needs a person first.',
    }),
    watched: Type.Array(ref(WatchRow)),
    more: Type.Object(
      {
        runs: Type.Integer({ description: 'GET /runs has all.' }),
        watched: Type.Integer({ description: 'Of both lists; GET /services has all.' }),
      },
      { description: 'How many are not shown here: the worst and the newest are.' },
    ),
    services: Type.Integer({ description: 'All of them; how they stand is counted in fleet.counts.' }),
  }),
);
export type NowView = Static<typeof NowView>;
