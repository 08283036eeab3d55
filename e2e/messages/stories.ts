import { outgoing } from '@lastgood/testkit/contracts/notifier';
import { type Arrived, arrivalsAt } from './arrived.ts';
import { type Incident, openIncident } from './incident.ts';

/** A breach of which a rollback is suggested; Ada presses, and it is verified. */
export async function suggestedStory() {
  return told({ severity: 'page_and_suggest' }, async ({ engine, ...incident }, next) => {
    await incident.bringOut();
    const registered = await next();
    engine.answers(0.082);
    await engine.tick(9);
    const suggested = await next();
    await incident.press();
    await engine.work(20_000);
    const began = await next();
    await incident.becomeReady();
    return { registered, suggested, began, done: await next() };
  });
}

/** A breach that is taken back by itself; the Deployment is paused, and it stops. */
export async function stoppedStory() {
  return told({}, async ({ engine, ...incident }, next) => {
    await incident.bringOut();
    engine.answers(0.082);
    await engine.tick(9);
    await engine.work(20_000);
    const began = await next();
    incident.workload().paused = true;
    await engine.work();
    return { began, stopped: await next() };
  });
}

/** What would do something at some receiver, were it not written as it is. */
export const odd =
  '<script>alert(1)</script> & *bold* _it_ [link](https://evil.example) <!channel> <@U1> {{DATE(2017-02-14T06:08:39Z,SHORT)}}';

/** A rollback is suggested, Ada acknowledges it and looks, and what fired recovers by itself. */
export async function takenOnStory() {
  return told({ severity: 'page_and_suggest' }, async ({ engine, ...incident }, next) => {
    await incident.bringOut();
    await next();
    engine.answers(0.082);
    await engine.tick(9);
    const suggested = await next();
    await engine.tick(4);
    await incident.takeOn(30);
    const taken = await next();
    await engine.tick(20);
    await incident.recover();
    return { suggested, taken, over: await next() };
  });
}

/** Ada presses, the cluster is too busy to begin, what fired recovers meanwhile, and she calls it off before anything was changed. */
export async function cancelledStory() {
  return told({ severity: 'page_and_suggest' }, async (incident, next) => {
    const begun = await tooBusy(incident, next);
    await incident.recover();
    await incident.stop();
    return { ...begun, cancelled: await next() };
  });
}

/** The same, but it fires on as she calls it off, and recovers later. */
export async function stillWrongStory() {
  return told({ severity: 'page_and_suggest' }, async (incident, next) => {
    const begun = await tooBusy(incident, next);
    await incident.stop();
    const off = await next();
    await incident.recover();
    return { ...begun, off, over: await next() };
  });
}

/** A rollout fails and what is in place of it breaches; that recovers, and the rollout is not mended. */
export async function partlyOverStory() {
  return told({ severity: 'page_and_suggest' }, async ({ engine, ...incident }, next) => {
    await incident.bringOut(false);
    await next();
    await incident.fail('The migration job did not come to its end.');
    const failed = await next();
    engine.answers(0.082);
    await engine.tick(9);
    const suggested = await next();
    await incident.recover();
    return { failed, suggested, partly: await next() };
  });
}

/** Nothing is wrong, but for how long the way back was not practised. */
export async function drillStory() {
  return told({}, async (incident, next) => {
    await incident.forgetDrills();
    return { overdue: await next() };
  });
}

async function tooBusy({ engine, ...incident }: Incident, next: () => Promise<Arrived>) {
  await incident.bringOut();
  await next();
  engine.answers(0.082);
  await engine.tick(9);
  const suggested = await next();
  await incident.press();
  const busy = { kind: 'too-many-requests', afterMs: 10 * 60_000 } as const;
  engine.rollout.failNext('rehearseTemplate', busy);
  await engine.work(20_000);
  return { suggested, began: await next() };
}

/** What nobody would call a service, a trigger or a step: everything at its longest, in both directions, and what means something to receivers. */
export async function longStory() {
  return told({}, async ({ receivers }, next) => {
    const { facts } = outgoing().notification;
    if (!facts?.trigger) throw new Error('the example has facts');
    const word = 'a-service-with-a-name-as-long-as-a-name-in-kubernetes-may-be-';
    const message = outgoing({
      ...{ kind: 'rollback_suggested', urgency: 'page', runId: null, key: 'long/suggested' },
      title: `${word}${word}: a rollback of ${odd} is suggested`,
      text: `${'The words of a reason may be many. '.repeat(20)}\nשלום עולם, مرحبا بالعالم 🚒🧯\n${odd}`,
      facts: {
        ...facts,
        service: { name: `${word}${word}`.slice(0, 120), environment: 'production-europe-west-1', team: odd },
        trigger: { ...facts.trigger, name: `high_${'error_'.repeat(32)}rate` },
        versions: `v${'2026.11.30-'.repeat(8)}1f0c2a7 → v${'2026.11.29-'.repeat(8)}9b8d3e2 (release 42 → 41)`,
        by: 'מישהו 🚒 <b>Ada</b>',
        plan: Array.from(
          { length: 30 },
          (_, at) => `${at === 1 ? odd : `Wait until every replica of Deployment ${word}${at}`} is ready`,
        ),
      },
    });
    for (const notifier of receivers.notifiers.filter(({ hears }) => hears !== 'records')) {
      const delivery = await notifier.deliver(message, new AbortController().signal);
      if (delivery.kind !== 'delivered') throw new Error(`${notifier.name}: ${delivery.reason}`);
    }
    return { suggested: await next() };
  });
}

async function told<T>(
  trigger: Parameters<typeof openIncident>[0],
  course: (incident: Incident, next: () => Promise<Arrived>) => Promise<T>,
): Promise<T> {
  const incident = await openIncident(trigger);
  try {
    const arrived = arrivalsAt(incident.receivers, incident.engine.time.now);
    return await course(incident, async () => {
      await incident.deliver();
      return arrived();
    });
  } finally {
    await incident.close();
  }
}
