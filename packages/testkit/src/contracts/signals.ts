import { type AlertEpisode, advanceEpisodes } from '@lastgood/domain/alert/episode';
import { mostTold, type SignalReading, type ToldAlert } from '@lastgood/domain/alert/told-alert';
import { latestInstant } from '@lastgood/domain/instant-after';
import type { SignalSource } from '@lastgood/domain/ports/signal-source';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import { replacements } from './json-members.ts';

/** A source of alerts, and its sender. */
export interface SignalWorld {
  source: SignalSource;
  /** A message as its sender writes it, JSON. */
  written(alerts: readonly ToldAlert[]): Uint8Array;
}

const began = Date.UTC(2026, 10, 22, 12);
const minute = 60_000;

const firing: ToldAlert = {
  ...{ fingerprint: '1a30ba71cca2921f', labels: { alertname: 'HighErrorRate', service: 'web' } },
  ...{ status: 'firing', startsAt: began, endsAt: null },
};
const resolved: ToldAlert = { ...firing, status: 'resolved', endsAt: began + 5 * minute };
const other: ToldAlert = { ...firing, fingerprint: 'f2', labels: { alertname: 'Größe', empty: '' } };

const bytes = (text: string) => new TextEncoder().encode(text);
const longestReason = 300;

/** Whatever was sent: what comes of it is within its bounds, and can be kept and reckoned with. */
function expectSound(reading: SignalReading): void {
  if (reading.kind === 'unreadable') {
    expectReason(reading.reason, /\w.*\.$/s);
    return;
  }
  const { alerts, leavesOut } = reading.message;
  if (leavesOut !== null) expectReason(leavesOut, /\w/);
  expect(alerts.length).toBeLessThanOrEqual(mostTold.alerts);
  for (const { fingerprint, labels, status, startsAt, endsAt } of alerts) {
    expect(fingerprint).toMatch(new RegExp(`^.{1,${mostTold.fingerprint}}$`));
    expect(endsAt === null).toBe(status === 'firing');
    for (const at of [startsAt, endsAt ?? 0])
      expect(Number.isSafeInteger(at) && at >= 0 && at <= latestInstant, `${at}`).toBe(true);
    const texts = Object.entries(labels);
    expect(texts.length).toBeLessThanOrEqual(mostTold.labels);
    expect(texts.flat().join('').length).toBeLessThanOrEqual(mostTold.labelText);
    for (const [name, value] of texts) {
      expect(name.length).toBeLessThanOrEqual(mostTold.labelName);
      expect(value.length).toBeLessThanOrEqual(mostTold.labelValue);
    }
  }
}

function expectReason(reason: string, form: RegExp): void {
  expect(reason).toMatch(form);
  expect(reason.length).toBeLessThanOrEqual(longestReason);
}

/** What every source of alerts keeps, whoever its vendor is. */
export function signalsContract(name: string, setUp: () => SignalWorld): void {
  describe(`${name} keeps the contract of a source of alerts`, () => {
    let world: SignalWorld;
    beforeAll(() => {
      world = setUp();
    });
    const read = (...alerts: ToldAlert[]) => world.source.read(world.written(alerts));
    const whole = (...alerts: ToldAlert[]) => ({ kind: 'told', message: { alerts, leavesOut: null } });
    const said = expect.stringMatching(/\w/);
    /** What is known of the alert after these messages, a minute apart. */
    const heard = (...messages: ToldAlert[][]) =>
      messages.reduce<AlertEpisode[]>((known, alerts, index) => {
        const reading = read(...alerts);
        const told = reading.kind === 'told' ? reading.message.alerts : [];
        return told.reduce((left, one) => advanceEpisodes(left, one, began + index * minute), known);
      }, []);

    it('has a name, and the words of its vendor', () => {
      expect(world.source).toMatchObject({ name: said, teller: { title: said, eachMinute: said } });
    });

    it('tells each alert as it was told, in order', () => {
      expect(read(firing, other, resolved)).toEqual(whole(firing, other, resolved));
      expect(read()).toEqual(whole());
    });

    it('reads the same of the same bytes, and leaves them as they are', () => {
      const given = world.written([firing, resolved]);
      const before = given.slice();
      expect(world.source.read(given)).toEqual(world.source.read(given));
      expect(given.slice()).toEqual(before);
    });

    it.each<[string, Uint8Array]>([
      ['nothing', bytes('')],
      ['a page', bytes('<!doctype html><title>Sign in</title>')],
      ['null', bytes('null')],
      ['a number', bytes('1e999')],
      ['a text', bytes('"firing"')],
      ['a list', bytes('[]')],
      ['an object of nothing', bytes('{}')],
      ['what is no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
      ['what is deep', bytes('['.repeat(1_000_000))],
      ['one long text', bytes(`"${'x'.repeat(4_000_000)}"`)],
    ])('cannot read %s, and says so', (_what, given) => {
      const reading = world.source.read(given);
      expect(reading.kind).toBe('unreadable');
      expectSound(reading);
    });

    it('cannot read what was cut off, wherever that is', () => {
      const given = world.written([firing, resolved]);
      for (let end = 0; end < given.length; end += 1)
        expect(world.source.read(given.subarray(0, end)).kind, `${end}`).toBe('unreadable');
    });

    it('is sound when bytes of it are others', () => {
      const random = createRandom(13);
      const given = world.written([firing, other, resolved]);
      for (let n = 0; n < 500; n += 1) {
        const spoiled = given.slice();
        for (let count = random.between(1, 4); count > 0; count -= 1)
          spoiled[Math.floor(random.between(0, spoiled.length))] = random.between(0, 256);
        expectSound(world.source.read(spoiled));
      }
    });

    it('is sound where a member is of another type, and leaves nothing out without a word', () => {
      const alerts = [firing, resolved];
      const given: unknown = JSON.parse(new TextDecoder().decode(world.written(alerts)));
      const values = [null, true, -1, 1e308, '', 'x', 'y'.repeat(20_000), {}, [null], { a: { b: [1] } }];
      for (const spoiled of replacements(given, values)) {
        const reading = world.source.read(bytes(JSON.stringify(spoiled)));
        expectSound(reading);
        if (reading.kind === 'unreadable') continue;
        const { alerts: told, leavesOut } = reading.message;
        if (told.length < alerts.length) expect(leavesOut, JSON.stringify(spoiled)).toEqual(said);
      }
    });

    it('tells so many at once, and says when there are more', () => {
      const many = Array.from({ length: mostTold.alerts }, (_, n) => ({ ...firing, fingerprint: `f${n}` }));
      expect(read(...many)).toEqual(whole(...many));
      const more = read(...many, other);
      expect(more).toMatchObject({ kind: 'told', message: { leavesOut: said } });
      expectSound(more);
    });

    it.each<[string, string, string]>([
      ['name', 'x'.repeat(mostTold.labelName + 1), 'y'],
      ['value', 'statement', 'x'.repeat(mostTold.labelValue + 1)],
    ])('keeps an alert without a label whose %s is too long, and says which', (_what, label, value) => {
      const long = { ...firing, labels: { ...firing.labels, [label]: value } };
      expect(read(long, resolved)).toEqual({ ...whole(firing, resolved), shortened: said });
      const fits = { ...firing, labels: { ...firing.labels, [label.slice(1)]: value.slice(1) } };
      expect(read(fits)).toEqual(whole(fits));
    });

    const labels = (count: number, text: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`label_${n}`, text]));
    it.each<[string, Partial<ToldAlert>]>([
      ['too many labels', { labels: labels(mostTold.labels + 1, '') }],
      ['too much text in its labels', { labels: labels(10, 'x'.repeat(mostTold.labelValue)) }],
      ['a fingerprint that is too long', { fingerprint: 'f'.repeat(mostTold.fingerprint + 1) }],
    ])('leaves out an alert with %s and says so, and the others count', (_what, over) => {
      expect(read(firing, { ...other, ...over }, resolved)).toEqual({
        kind: 'told',
        message: { alerts: [firing, resolved], leavesOut: said },
      });
    });

    it.each<[string, number]>([
      ['an hour ahead', began + 60 * minute],
      ['at the end of the calendar', latestInstant],
      ['at the beginning of time', 0],
    ])('tells when it began by the clock of whoever tells it: %s', (_when, startsAt) => {
      const wrong = { ...firing, startsAt };
      expect(read(wrong, resolved)).toEqual(whole(wrong, resolved));
    });

    it('tells an end before its beginning as it was told', () => {
      const turned = { ...resolved, endsAt: began - minute };
      expect(read(turned)).toEqual(whole(turned));
      expect(heard([turned])).toMatchObject([{ end: { endsAt: began } }]);
    });

    it('is one time that it fires, however often that is told', () => {
      expect(heard([firing], [firing, firing], [firing])).toMatchObject([{ startsAt: began, end: null }]);
      expect(heard([firing], [firing, resolved], [resolved])).toMatchObject([
        { end: { endsAt: resolved.endsAt } },
      ]);
    });

    it('does not fire when its end was told before its beginning', () => {
      expect(heard([resolved], [firing])).toMatchObject([{ end: { endsAt: resolved.endsAt } }]);
      expect(heard([resolved, firing])).toMatchObject([{ end: { endsAt: resolved.endsAt } }]);
    });
  });
}
