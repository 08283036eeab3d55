import type { Notification } from '@lastgood/domain/notification/notification';
import type { RetoldIncident } from '@lastgood/domain/notification/standing-incident';
import { exampleNotification, outgoing } from '@lastgood/testkit/contracts/notifier';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalReceiver, startReceiver } from '../receiver-harness.ts';
import { createAlertmanager } from './alertmanager.ts';
import { apiV2 } from './alertmanager-harness.ts';
import type { PostedAlert } from './alerts.ts';

const signal = () => new AbortController().signal;
const minute = 60_000;
const at = exampleNotification.at;
const now = at + 60 * minute;

/** What arrived so long ago, in order; all of it is of one incident. */
function retold(...told: (Partial<Notification> & { ago: number })[]): RetoldIncident {
  return {
    ...{ incident: 'deployment/d-42', to: null },
    told: told.map(({ ago, ...over }, nr) => {
      const said = { key: `k${nr + 1}`, at: now - ago - 1_000, ...over };
      const { notification, message } = outgoing(said);
      return { notification, message, agoMs: ago };
    }),
  };
}

const suggested = { kind: 'rollback_suggested', urgency: 'page' } as const;
const began = { kind: 'rolling_back', urgency: 'info' } as const;
const lost = { kind: 'readiness_lost', urgency: 'page' } as const;
const word = { kind: 'rollback_notice', urgency: 'info' } as const;
const partly = { kind: 'partly_over', urgency: 'info' } as const;
const over = { kind: 'incident_over', urgency: 'info' } as const;
const done = { kind: 'rolled_back', urgency: 'info', title: 'cart is back' } as const;

describe('what stands is posted again', () => {
  let server: LocalReceiver;
  const closing: (() => Promise<void>)[] = [];
  beforeEach(async () => {
    server = await startReceiver(apiV2);
    closing.push(server.close);
  });
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  function open(urls = [server.url], clock = now) {
    const notifier = createAlertmanager({ name: 'alerts', urls }, () => clock);
    closing.push(notifier.close);
    return notifier;
  }
  const renew = (incidents: RetoldIncident[], urls?: string[]) =>
    open(urls).renewal?.renew(incidents, signal());
  /** Of what was posted last, key and minutes from now until its end. */
  const posted = () =>
    (server.accepted.at(-1)?.body ?? []).map(({ labels, endsAt }: PostedAlert) => [
      labels.key,
      Math.round((Date.parse(endsAt) - now) / minute),
    ]);

  it('as it was posted, and fires a few rounds longer', async () => {
    const said = { ...suggested, key: 'k1', at: now - 4 * minute };
    expect(await open([server.url], now - 3 * minute).deliver(outgoing(said), signal())).toMatchObject({
      kind: 'delivered',
    });
    const [first] = server.accepted[0]?.body ?? [];
    expect(await renew([retold({ ...said, ago: 3 * minute })])).toBeNull();
    const [again] = server.accepted[1]?.body ?? [];
    expect(again).toEqual({ ...first, endsAt: new Date(now + 15 * minute).toISOString() });
    const { everyMs = 0 } = open().renewal ?? {};
    expect(15 * minute).toBeGreaterThan(5 * everyMs);
  });

  it.each([
    ['a stage', [{ ...suggested, ago: 50 * minute }], [['k1', 15]]],
    [
      'the stage before for a while, as resolved',
      [
        { ...suggested, ago: 50 * minute },
        { ...began, ago: 5 * minute },
      ],
      [
        ['k1', -5],
        ['k2', 15],
      ],
    ],
    [
      'no stage that was over long ago',
      [
        { ...suggested, ago: 50 * minute },
        { ...began, ago: 16 * minute },
      ],
      [['k2', 15]],
    ],
    [
      'what was lost beside it, however long ago',
      [
        { ...suggested, ago: 300 * minute },
        { ...lost, ago: 200 * minute },
        { ...word, ago: 100 * minute },
      ],
      [
        ['k1', 15],
        ['k2', 15],
      ],
    ],
    [
      'everything as resolved when it is over, and how it ended',
      [
        { ...lost, ago: 200 * minute },
        { ...began, ago: 20 * minute },
        { ...done, ago: 10 * minute },
      ],
      [
        ['k2', -10],
        ['k1', -10],
        ['k3', 50],
      ],
    ],
    [
      'that it is partly over, for as long as nothing is told after it',
      [
        { ...suggested, ago: 200 * minute },
        { ...partly, ago: 100 * minute },
      ],
      [
        ['k1', 15],
        ['k2', 15],
      ],
    ],
    [
      'that it was partly over as resolved, once something is told after it',
      [
        { ...suggested, ago: 50 * minute },
        { ...partly, ago: 40 * minute },
        { ...began, ago: 10 * minute },
        { ...done, ago: 5 * minute },
      ],
      [
        ['k1', -10],
        ['k2', -10],
        ['k3', -5],
        ['k4', 55],
      ],
    ],
    [
      'how it ended for an hour',
      [
        { ...began, ago: 40 * minute },
        { ...done, ago: 30 * minute },
      ],
      [['k2', 30]],
    ],
    [
      'what began anew after an end',
      [
        { ...began, ago: 400 * minute },
        { ...done, ago: 300 * minute },
        { ...suggested, ago: 200 * minute },
      ],
      [['k3', 15]],
    ],
    [
      'everything as resolved when nobody has to do anything any more, and nothing else',
      [
        { ...suggested, ago: 50 * minute },
        { ...lost, ago: 40 * minute },
        { ...over, ago: 10 * minute },
      ],
      [
        ['k1', -10],
        ['k2', -10],
      ],
    ],
  ])('%s', async (_what, told, alerts) => {
    await renew([retold(...told)]);
    expect(posted()).toEqual(alerts);
  });

  it('keeps the receipt of what fires beside until the end, so that it is found', async () => {
    const notifier = open();
    const receiptOf = async (over: Partial<Notification>, earlier: Record<string, string> | null) => {
      const delivery = await notifier.deliver(outgoing(over, { earlier }), signal());
      return delivery.kind === 'delivered' ? (delivery.receipt ?? null) : expect.fail(delivery.reason);
    };
    const beside = await receiptOf(lost, null);
    expect(beside).not.toEqual({});
    const stage = await receiptOf(began, beside);
    expect(await receiptOf(word, stage)).toEqual(stage);
    expect(stage).toEqual({ beside: expect.any(String), open: expect.any(String) });
    expect(await receiptOf(done, stage)).toEqual({});
  });

  it('to every replica, in portions, and says why where none has it', async () => {
    const other = await startReceiver(apiV2);
    closing.push(other.close);
    const dead = `http://127.0.0.1:${await closedPort()}`;
    const many = Array.from({ length: 70 }, () => retold({ ...suggested, ago: minute }));
    expect(await renew(many, [server.url, dead, other.url])).toBeNull();
    for (const { accepted } of [server, other])
      expect(accepted.map(({ body }) => body.length)).toEqual([64, 6]);
    expect(await renew(many, [dead])).toMatch(/\w.*\.$/);
    server.instead = { status: 503 };
    expect(await renew(many, [server.url])).toContain('HTTP 503');
    expect(await renew([])).toBeNull();
  });
});
