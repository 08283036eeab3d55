import { Type } from 'typebox';
import { Instant, literals, named, nullable, ref, strict } from './named.ts';
import { Run, RunActions, RunHolder, RunStepView } from './run.ts';
import { ReleaseRef } from './service.ts';
import { TriggerView } from './trigger.ts';

/** How an outside system is. */
export const SourceHealth = named(
  'SourceHealth',
  Type.Object({
    kind: literals(['postgres', 'metrics', 'cluster', 'notifier']),
    title: Type.String({ description: 'What people call it, such as Prometheus.' }),
    name: Type.String(),
    up: Type.Boolean(),
    reason: nullable(Type.String()),
    since: nullable(Instant),
  }),
);

export const SystemStatus = named(
  'SystemStatus',
  Type.Object({
    at: Instant,
    version: Type.String(),
    sandbox: Type.Boolean(),
    replica: Type.String(),
    evaluator: Type.Object({
      intervalSeconds: Type.Number(),
      lastSlotAt: nullable(Instant),
      lateMs: nullable(Type.Number()),
      missedSlotsLastHour: Type.Integer(),
      state: literals(['on_time', 'late', 'stalled', 'starting']),
      sentence: Type.String(),
    }),
    sources: Type.Array(ref(SourceHealth)),
    undelivered: Type.Integer({ description: 'Notifications that have not arrived yet.' }),
  }),
);

const WatchRow = named(
  'WatchRow',
  Type.Object({
    deploymentId: Type.String(),
    service: Type.String(),
    serviceName: Type.String(),
    environment: Type.String(),
    release: Type.Integer(),
    version: nullable(Type.String()),
    state: literals(['deploying', 'watched', 'pending', 'firing', 'trouble']),
    startedAt: Instant,
    watchEndsAt: nullable(Instant),
    worst: nullable(ref(TriggerView), 'The worst trigger; null when none was evaluated yet.'),
    sentence: Type.String({ description: 'What is happening and what follows, and when.' }),
    restraints: Type.Array(Type.String(), {
      description: 'Why it fires and is not rolled back by itself; empty when nothing holds it back.',
    }),
    target: nullable(ref(ReleaseRef)),
    activeRunId: nullable(
      Type.String(),
      'The run that rolls its service back now; no other can be asked for meanwhile.',
    ),
    spark: Type.Array(nullable(Type.Number()), {
      description: "The worst trigger's last 30 values; null is a gap.",
    }),
  }),
);

/** The Now page. */
export const NowView = named(
  'NowView',
  Type.Object({
    at: Instant,
    status: ref(SystemStatus),
    runs: Type.Array(
      Type.Object({
        run: ref(Run),
        steps: Type.Array(ref(RunStepView)),
        holder: nullable(ref(RunHolder)),
        actions: ref(RunActions),
      }),
      {
        description:
          'Active runs, runs stopped and not looked after, and those finished in the last 15 minutes.',
      },
    ),
    attention: Type.Array(ref(WatchRow), { description: 'Firing, pending or in trouble; worst first.' }),
    watched: Type.Array(ref(WatchRow)),
    quietServices: Type.Integer(),
    services: Type.Integer(),
  }),
);
export { WatchRow };

export const SandboxView = named(
  'SandboxView',
  Type.Object({
    services: Type.Array(
      Type.Object({
        service: Type.String(),
        name: Type.String(),
        versions: Type.Array(
          Type.Object({
            tag: Type.String(),
            behaviour: Type.String(),
            description: Type.String(),
            healthy: Type.Boolean(),
          }),
        ),
        running: nullable(Type.String()),
      }),
    ),
  }),
);

/** Sandbox only: brings a version of a sample service out, as a pipeline would. */
export const SandboxDeployInput = named(
  'SandboxDeployInput',
  strict({
    service: Type.String({ description: 'cluster/namespace/name of a sample service.' }),
    tag: Type.String({ description: 'One of the versions listed by the sandbox view.' }),
  }),
);
