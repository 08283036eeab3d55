import { describe, expect, it } from 'vitest';
import type { AlertsSeen } from '../../../alert/alerts-seen.ts';
import { mostTold } from '../../../alert/told-alert.ts';
import { acceptDeclared, type DeclaredTrigger, declareTrigger } from '../../declared-trigger.ts';
import { waitsForPod } from '../../not-known-yet.ts';
import type { TriggerPart } from '../../part.ts';
import type { TriggerCommon } from '../../trigger-frame.ts';
import { alert } from './alert.ts';
import type { AlertTrigger, Declared } from './declared.ts';

const t0 = Date.UTC(2026, 10, 22, 12);
const common: TriggerCommon = {
  ...{ name: 'told', severity: 'auto_rollback', description: '', onNoData: 'healthy', onNotANumber: 'hold' },
  ...{ initialDelayMs: 0, keepFiringMs: 0, shadow: false },
};
/** A placeholder in braces. */
const workload = ['$', 'WORKLOAD}'].join('{');
const declared: Declared = { labels: { alertname: 'HighErrorRate', service: '$SERVICE' } };
const trigger = (over: Partial<Declared> = {}) => alert.accept({ ...declared, ...over }, common);

const alertmanager = {
  title: 'Alertmanager',
  eachMinute: 'with group_interval: 30s and repeat_interval: 50s',
};
const seen = (over: Partial<AlertsSeen> = {}): AlertsSeen => ({
  ...{
    source: 'main',
    teller: alertmanager,
    at: t0,
    heardAt: t0 - 20_000,
    firing: 0,
    unsure: 0,
    unheard: null,
    alerts: [],
  },
  ...over,
});
const parts = (over: Partial<AlertsSeen> = {}): TriggerPart[] => [
  { name: 'alerts', reading: { kind: 'value', value: 0 }, alerts: seen(over) },
];
const one = (stands: AlertsSeen['alerts'][number]['stands'], service = 'web') => ({
  ...{ labels: { alertname: 'HighErrorRate', service }, stands, startsAt: t0 - 300_000, toldAt: t0 - 60_000 },
});
const silent = { kind: 'silent', lastAt: t0 - 420_000 } as const;

describe('what is asked', () => {
  it('is filled in, with defaults that fire at once', () => {
    expect(trigger()).toMatchObject({ source: 'main', withinMs: 300_000, threshold: 0, forMs: 0 });
    const subject = { variables: { SERVICE: 'web' }, ageMs: 0, toldApartBy: [] };
    const asked = {
      source: 'main',
      labels: { alertname: 'HighErrorRate', service: 'web' },
      withinMs: 300_000,
    };
    expect(alert.ask(trigger(), subject)).toEqual([
      { name: 'alerts', alerts: { ...asked, about: 'now', unknown: null } },
    ]);
    expect(alert.askWhetherBefore?.(trigger(), subject)).toMatchObject([{ alerts: { about: 'before' } }]);
    expect(alert.asksBesides?.(trigger())).toEqual([
      { member: 'labels', declared: 'Alert {alertname="HighErrorRate", service="$SERVICE"} at main' },
    ]);
  });

  it('waits for what is not known yet', () => {
    const own = trigger({ labels: { pod: `${workload}-$POD_TEMPLATE_HASH` }, source: '$CLUSTER' });
    const subject = { variables: { CLUSTER: 'main', WORKLOAD: 'web' }, ageMs: 0, toldApartBy: [] };
    expect(alert.ask(own, subject)).toMatchObject([
      { alerts: { source: 'main', labels: { pod: 'web-$POD_TEMPLATE_HASH' }, unknown: waitsForPod } },
    ]);
  });

  it('is refused with a placeholder that nobody knows', () => {
    expect(alert.lint({ labels: { a: '$SERVIC', b: '5$', c: workload }, source: '$X' })).toEqual([
      {
        path: '/source',
        message: expect.stringMatching(/^has \$X, which is not known; known are SERVICE, /),
      },
      { path: '/labels/a', message: expect.stringContaining('$SERVIC,') },
    ]);
  });

  it('is declared again as it was', () => {
    const given = {
      kind: 'alert',
      name: 'told',
      severity: 'log_only',
      ...declared,
      within: 180,
    } as DeclaredTrigger;
    const accepted = acceptDeclared(given);
    expect(acceptDeclared(declareTrigger(accepted))).toEqual(accepted);
  });
});

it('is not asked by a label that is longer than what is kept once it is filled in', () => {
  const labels = { a: `${'x'.repeat(mostTold.labelValue - '$SERVICE'.length)}$SERVICE` };
  const asks = (service: string) => {
    const variables = { SERVICE: service };
    const [part] = alert.ask(trigger({ labels }), { variables, ageMs: null, toldApartBy: [] });
    return part?.alerts.unknown;
  };
  expect([asks('web'), asks('longer-web')]).toEqual([null, expect.stringContaining('more than 1000')]);
});

describe('the reading', () => {
  const value = (of: number) => ({ kind: 'value', value: of });
  const unknown = { kind: 'unreachable' };
  const few: Partial<Declared> = { threshold: 2 };
  const least: Partial<Declared> = { threshold: 1, comparison: 'less_than' };
  it.each<[string, Partial<AlertsSeen>, Partial<Declared>, object]>([
    ['none fires', {}, {}, value(0)],
    ['one fires', { firing: 1 }, {}, value(1)],
    ['one fires, of others nobody can say', { firing: 1, unsure: 1, unheard: silent }, {}, value(1)],
    ['of one nobody can say', { unsure: 1 }, {}, unknown],
    ['nothing is heard', { unheard: silent }, {}, unknown],
    ['too few for sure', { firing: 1, unsure: 1 }, few, value(1)],
    ['perhaps enough', { firing: 1, unsure: 2 }, few, unknown],
    ['one that must fire does', { firing: 1, unheard: silent }, least, value(1)],
    ['one that must fire does not', {}, least, value(0)],
    ['one that must fire may', { unsure: 1 }, least, unknown],
  ])('%s', (_words, of, over, reading) => {
    expect(alert.judge(trigger(over), parts(of))).toMatchObject(reading);
  });

  it('is what was written down, where nothing was told', () => {
    const written: TriggerPart[] = [{ name: 'alerts', reading: { kind: 'value', value: 3 } }];
    expect(alert.judge(trigger(), written)).toEqual({ kind: 'value', value: 3 });
    expect(alert.judge(trigger(), [])).toMatchObject(unknown);
  });
});

describe('in words', () => {
  const why = (of: Partial<AlertsSeen>) => {
    const reading = alert.judge(trigger(), parts(of));
    return reading.kind === 'unreachable' ? reading.reason : reading;
  };
  it.each<[Partial<AlertsSeen>, string]>([
    [
      { unheard: silent },
      'Alertmanager main was last heard from at 11:53:00 UTC; route an alert that always fires (Watchdog) to Lastgood, with group_interval: 30s and repeat_interval: 50s',
    ],
    [{ unheard: { kind: 'never' } }, 'Alertmanager main has told Lastgood nothing yet; route'],
    [{ unheard: { kind: 'later', since: t0 + 1000 } }, 'main told Lastgood nothing before 12:00:01 UTC'],
    [{ unheard: { kind: 'heard-again', since: t0 - 1000 } }, 'is heard from since 11:59:59 UTC only'],
    [{ unheard: { kind: 'left-out', at: t0, why: 'it cuts' } }, 'told of alerts at 12:00:00 UTC that'],
    [
      { unheard: { kind: 'none-fires', lastAt: t0 - 1000 } },
      'told that everything is over, last heard from at 11:59:59 UTC: nobody may evaluate',
    ],
    [
      { unsure: 1, alerts: [one('unconfirmed')] },
      'was told as resolved at 11:59:00 UTC, and Alertmanager main told of no alert that fires since',
    ],
    [{ unheard: { kind: 'not-kept' } }, 'is not kept'],
    [{ unheard: { kind: 'too-many' } }, 'name more of their labels'],
    [{ unheard: { kind: 'not-known-yet', reason: waitsForPod } }, waitsForPod],
    [
      { unsure: 1, alerts: [one('silent')] },
      'HighErrorRate was last told as firing at 11:59:00 UTC, and nothing of it since; if it fires still, have its route to Lastgood repeat it, with group_interval: 30s and repeat_interval: 50s',
    ],
    [{ unsure: 1, alerts: [one('contradicted')] }, 'was told as resolved, and at 11:59:00 UTC as firing'],
  ])('%j', (of, words) => {
    expect(why(of)).toContain(words);
  });

  it('calls who is not configured by its name alone', () => {
    const { teller: _teller, ...rest } = seen({ unheard: { kind: 'never' } });
    const told = [{ name: 'alerts', reading: { kind: 'value', value: 0 }, alerts: rest }] as const;
    expect(alert.judge(trigger(), told)).toEqual({
      kind: 'unreachable',
      reason:
        'Source main has told Lastgood nothing yet; route an alert that always fires (Watchdog) to Lastgood, each minute',
    });
  });

  it('goes on after a reason that is a sentence', () =>
    expect(why({ unheard: { kind: 'left-out', at: t0, why: 'It names no version.' } })).toMatch(
      /does not know: It names no version$/,
    ));

  it('tells which fire and since when, against what', () => {
    const of = { firing: 3, unsure: 1, alerts: [one('firing'), one('firing', 'api'), one('silent')] };
    const say = (given: AlertTrigger, over: Partial<AlertsSeen>) =>
      alert.describe(given, alert.judge(given, parts(over)), parts(over));
    expect(say(trigger(), of)).toBe(
      '3 alerts fire (HighErrorRate since 11:55:00 UTC, HighErrorRate since 11:55:00 UTC, 1 more), > 0 alerts',
    );
    expect(say(trigger({ threshold: 3 }), { firing: 1, alerts: [one('firing')] })).toBe(
      '1 alert fires (HighErrorRate since 11:55:00 UTC), fires at > 3 alerts',
    );
    expect(say(trigger(), {})).toBeNull();
    expect(say(trigger(), { unheard: silent })).toMatch(/^cannot be told: Alertmanager main was last heard/);
  });

  it.each([
    [-1, 'since 11:59:59 UTC'],
    [30, 'since 12:00:30 UTC'],
    [31, 'since 12:00:31 UTC by a clock that is wrong: that is still to come'],
    [3600, 'since 13:00:00 UTC by a clock that is wrong: that is still to come'],
  ])('says that a clock is wrong by which it begins %i s from now', (seconds, since) => {
    const of = parts({ firing: 1, alerts: [{ ...one('firing'), startsAt: t0 + seconds * 1000 }] });
    const [said] = alert.words(trigger(), of);
    expect(said?.text).toBe(`fires ${since}, told at 11:59:00 UTC`);
    expect(alert.describe(trigger(), alert.judge(trigger(), of), of)).toBe(
      `1 alert fires (HighErrorRate ${since}), > 0 alerts`,
    );
  });

  it('shows each, and when its source was heard from', () => {
    expect(alert.words(trigger(), parts({ firing: 3, alerts: [one('firing')] }))).toEqual([
      {
        title: 'HighErrorRate {service="web"}',
        text: 'fires since 11:55:00 UTC, told at 11:59:00 UTC',
        limit: null,
      },
      { title: 'Others', text: '2 alerts', limit: null },
      { title: 'Alertmanager main', text: 'last word at 11:59:40 UTC', limit: null },
    ]);
  });
});
