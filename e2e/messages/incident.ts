import {
  drillNews,
  evidenceOf,
  firingBreaches,
  judgeCommand,
  type ThresholdTrigger,
  takenOn,
  toEveryHearer,
  triggerFact,
} from '@lastgood/domain';
import { createNotificationDelivery, registerDeployment, reportStatus } from '@lastgood/engine';
import {
  aBaseline,
  aNotifier,
  aRun,
  aService,
  aSnapshot,
  aTrigger,
  imageOf,
} from '@lastgood/testkit/scenario/builders';
import { createTestEngine } from '@lastgood/testkit/scenario/test-engine';
import { type Receivers, startReceivers } from './receivers.ts';

const key = 'main/shop/checkout';
const target = { kind: 'Deployment', name: 'checkout' } as const;
const workload = { cluster: 'main', namespace: 'shop', ...target };
const [good, bad] = ['9b8d3e2f00112233445566778899aabbccddeeff', '1f0c2a7b8d9e0f1a2b3c4d5e6f708192a3b4c5d6'];

/**
 * A service whose second release turns out bad, judged and taken back by the engine over a cluster in memory; what it tells of it goes
 * through the outbox and every kind of notifier to servers that behave as the vendors' do.
 */
export async function openIncident(over: Partial<ThresholdTrigger> = {}) {
  let receivers: Receivers | null = null;
  const engine = createTestEngine({
    settles: 'by-hand',
    route: (...asked) =>
      toEveryHearer((receivers?.notifiers ?? []).map(({ name, hears }) => aNotifier(name, hears)))(...asked),
  });
  const { time, store, rollout, forever } = engine;
  const opened = await startReceivers(time.now, [good, bad]);
  receivers = opened;
  const delivery = createNotificationDelivery({
    outbox: store.outbox,
    notifiers: opened.notifiers,
    clock: time.clock,
    replica: 'one',
    publicUrl: 'https://lastgood.example.com',
    ...{ batch: 10, leaseMs: 30_000, deliverWithinMs: 60_000 },
  });

  const trigger = aTrigger(over);
  const service = aService({
    ...{ key, name: 'checkout', environment: 'production', team: 'payments', workloads: [target] },
    triggers: [trigger],
  });
  await store.services.apply(service, 'test', time.now());
  rollout.cluster.create(workload, { app: imageOf('v41') });
  await engine.commit({
    newDeployments: [
      aBaseline({
        ...{ id: 'd41', service: key, version: 'v41', commit: good, proof: 'verified' },
        changes: [{ kind: 'workload', target, before: null, after: aSnapshot(imageOf('v41')) }],
      }),
    ],
  });

  const registering = {
    deployments: store.deployments,
    ports: { rollout, workloads: rollout.workloads },
    ...{ clock: time.clock, newId: () => 'd42', deadlineMs: 1_000 },
  };

  return {
    engine,
    receivers: opened,
    /** Everything that is due, as the loops would. */
    async deliver() {
      for (const { name } of opened.notifiers) while ((await delivery.deliverDue(name, forever)) > 0);
      const pending = store.world.outbox.filter(({ status }) => status === 'pending');
      if (pending.length > 0)
        throw new Error(pending.map(({ notifier, lastError }) => `${notifier}: ${lastError}`).join('\n'));
    },
    /** A pipeline says what comes, and it is brought out. @param settles whether its pods ever serve */
    async bringOut(settles = true) {
      const registration = {
        ...{ service: key, idempotencyKey: null, version: 'v42', commit: bad, author: 'Grace' },
        ...{ pipelineUrl: null, images: {}, changes: [], contracts: { provides: {}, needs: {} } },
      };
      await registerDeployment(registering, registration, forever);
      rollout.cluster.deploy(workload, { app: imageOf('v42') });
      if (settles) rollout.cluster.settle(workload);
      await engine.watch(8);
    },
    /** Its pipeline gives up. */
    async fail(detail: string) {
      await reportStatus(registering, { id: 'd42', status: 'failed', detail }, forever);
    },
    /** Nobody has practised its way back for 95 days, and every 90 it is to be. */
    async forgetDrills() {
      const [now, day] = [time.now(), 86_400_000];
      const at = now - 95 * day;
      const news = drillNews(
        {
          ...{ key, service, isDeleted: false, isBusy: false, told: null, release: engine.deployment('d41') },
          facts: {
            ...{ declared: { everyDays: 90 }, since: at - day, canGoBack: true },
            last: { kind: 'recorded', at, tookMs: 240_000, by: 'Ada', note: 'game day' },
          },
        },
        now,
      );
      if (!news) throw new Error('nothing is told of drills');
      await engine.commit({ notifications: [news.notification] });
    },
    /** Somebody presses the button. */
    async press() {
      await engine.commit({
        newRuns: [
          aRun({
            ...{ id: 'r42', service: key, deploymentId: 'd42', targetDeploymentId: 'd41' },
            ...{ requester: { kind: 'person', name: 'Ada' }, reason: 'Checkout answers errors.' },
            ...{ createdAt: time.now(), startsAt: time.now() },
          }),
        ],
      });
    },
    /** Somebody acknowledges what fires, as the store does it. */
    async takeOn(minutes: number) {
      const state = store.world.states.get(`d42/${trigger.name}`);
      if (!state) throw new Error('nothing was asked yet');
      const breaches = firingBreaches([{ trigger, state }]);
      const [at, note] = [time.now(), 'looking at the card service'];
      const given = { by: 'Ada', note, at, until: at + minutes * 60_000, breaches };
      store.world.acknowledgements.set('d42', given);
      const fired = triggerFact(evidenceOf({ trigger, state }), state.since);
      await engine.commit({ notifications: [takenOn(engine.deployment('d42'), service, given, fired)] });
    },
    /** What fired answers well again. */
    async recover() {
      engine.answers(0.002);
      await engine.tick(6);
    },
    /** Somebody wants it no more. */
    async stop() {
      const given = judgeCommand(
        { command: 'stop', reason: 'the wrong service' },
        { by: 'Ada', at: time.now() },
      );
      const done = await store.commands.command('r42', given);
      if (done.kind !== 'done') throw new Error(`it may not be stopped: ${JSON.stringify(done)}`);
      await engine.work();
    },
    /** After a while the pods follow, and nothing fails any more. */
    async becomeReady() {
      await engine.work(50_000);
      rollout.cluster.settle(workload);
      engine.answers(0.002);
      await engine.work();
    },
    workload: () => rollout.cluster.at(workload),
    close: () => opened.close(),
  };
}

export type Incident = Awaited<ReturnType<typeof openIncident>>;
