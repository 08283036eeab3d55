import type { AlertsQuestion, AlertsSeen, ToldAlert } from '@lastgood/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import type { StoreUnderTest } from './store-under-test.ts';

const minute = 60_000;

const labelsOf = (service: string) => ({ alertname: 'HighErrorRate', service });

export function aToldAlert(over: Partial<ToldAlert> & { service?: string } = {}): ToldAlert {
  const { service = 'web', ...rest } = over;
  return {
    ...{ fingerprint: `of-${service}`, labels: labelsOf(service), status: 'firing' },
    ...{ startsAt: Date.UTC(2026, 0, 1), endsAt: null },
    ...rest,
  };
}

/** One that always fires: by it a source is heard from. */
const aWatchdog = aToldAlert({ fingerprint: 'watchdog', labels: { alertname: 'Watchdog' } });

/** What was told of alerts, whoever told it to which replica. */
export function describeAlerts(store: () => StoreUnderTest): void {
  describe('told alerts', () => {
    /** By the database's clock. */
    let began: number;
    beforeEach(async () => {
      began = await store().slots.now();
    });
    const question = (over: Partial<AlertsQuestion> = {}): AlertsQuestion => ({
      ...{ source: 'main', labels: labelsOf('web'), withinMs: 5 * minute, about: 'now', unknown: null },
      ...over,
    });
    const hear = (source: string, ...alerts: ToldAlert[]) =>
      store().alerts.hear(source, { alerts, leavesOut: null });
    /** Once a source that was heard from at once has had the time to tell all. */
    async function ask(over: Partial<AlertsQuestion> = {}, at = began + 2 * minute): Promise<AlertsSeen> {
      const [seen] = await store().alerts.readAlerts([question(over)], at, new AbortController().signal);
      if (!seen) throw new Error('it was not answered');
      return seen;
    }

    it('of a source that said nothing nothing is known', async () => {
      expect(await ask()).toMatchObject({ firing: 0, heardAt: null, unheard: { kind: 'never' } });
    });

    it('an alert fires until it is told as resolved, and as of before that still', async () => {
      await hear('main', aToldAlert());
      expect(await ask()).toMatchObject({
        ...{ firing: 1, unsure: 0, unheard: null },
        alerts: [{ labels: labelsOf('web'), stands: 'firing', startsAt: aToldAlert().startsAt }],
      });
      await store().pass(5);
      const between = await store().slots.now();
      await store().pass(5);
      await hear('main', aWatchdog, aToldAlert({ status: 'resolved', endsAt: began }));
      expect(await ask()).toMatchObject({ firing: 0, unsure: 0, unheard: null });
      expect(await ask({}, between)).toMatchObject({ firing: 1 });
    });

    it('asked by labels it is found by those it has, at its own source', async () => {
      await hear('main', aToldAlert(), aToldAlert({ service: 'api' }));
      await hear('other', aWatchdog);
      const firing = async (over: Partial<AlertsQuestion>) => (await ask(over)).firing;
      expect(await firing({ labels: { alertname: 'HighErrorRate' } })).toBe(2);
      expect(await firing({ labels: { service: 'api' } })).toBe(1);
      expect(await firing({ labels: { service: 'ap' } })).toBe(0);
      expect(await firing({ labels: { service: 'api', severity: 'page' } })).toBe(0);
      expect(await firing({ source: 'other' })).toBe(0);
    });

    it('told twice, and by two at once, it is one', async () => {
      await hear('main', aToldAlert(), aToldAlert());
      await Promise.all(
        Array.from({ length: 8 }, (_, n) => hear('main', aToldAlert({ service: `s${n % 4}` }))),
      );
      expect(await ask({ labels: { alertname: 'HighErrorRate' } })).toMatchObject({ firing: 5, unsure: 0 });
    });

    it('what is told late of an episode that is over is no match', async () => {
      await hear('main', aWatchdog, aToldAlert({ status: 'resolved', endsAt: began }));
      await hear('main', aToldAlert());
      expect(await ask()).toMatchObject({ firing: 0, unsure: 1, alerts: [{ stands: 'contradicted' }] });
      await hear('main', aToldAlert({ startsAt: began + 1 }));
      expect(await ask()).toMatchObject({ firing: 1, unsure: 0 });
    });

    it('where a message left some out, or could not be read, that none fires is not known for a while', async () => {
      await store().alerts.hear('main', { alerts: [aWatchdog], leavesOut: 'it cuts' });
      expect(await ask()).toMatchObject({ unheard: { kind: 'left-out', why: 'it cuts' } });
      expect(await ask({ withinMs: minute })).toMatchObject({ unheard: { kind: 'silent' } });
      await store().alerts.heardUnreadable('main', 'no JSON');
      expect(await ask()).toMatchObject({ unheard: { kind: 'left-out', why: 'no JSON' } });
    });

    it('of a time before its first word it is known when that came', async () => {
      await hear('main', aWatchdog);
      const { heardAt } = await ask();
      expect(await ask({ about: 'before' }, began - minute)).toMatchObject({
        unheard: { kind: 'later', since: heardAt },
      });
    });

    it('what cannot be read is no word of its source', async () => {
      await store().alerts.heardUnreadable('main', 'no JSON');
      expect(await ask()).toMatchObject({ heardAt: null, unheard: { kind: 'never' } });
    });

    it('the end of all is no word of its source, and not known before that tells of one that fires', async () => {
      const over = (one: ToldAlert): ToldAlert => ({ ...one, status: 'resolved', endsAt: began });
      await hear('main', aWatchdog, aToldAlert());
      const { heardAt } = await ask();
      await store().pass(5);
      await hear('main', over(aWatchdog));
      expect(await ask()).toMatchObject({ firing: 1, heardAt, unheard: null });
      await hear('main', over(aToldAlert()));
      expect(await ask()).toMatchObject({
        ...{ firing: 0, unsure: 1, alerts: [{ stands: 'unconfirmed' }] },
        ...{ heardAt, unheard: { kind: 'none-fires', lastAt: heardAt } },
      });
      await store().pass(5);
      await hear('main', { ...aWatchdog, startsAt: began + 1 });
      expect(await ask()).toMatchObject({ firing: 0, unsure: 0, unheard: null });
    });

    it('an instant before a deployment is asked in hindsight', async () => {
      const then = began - 10 * minute;
      await hear('main', aToldAlert({ startsAt: then - minute }));
      expect(await ask({ about: 'before' }, then)).toMatchObject({ firing: 1 });
      expect(await ask({}, then)).toMatchObject({ firing: 0 });
      expect(await ask({ about: 'before' }, then - 2 * minute)).toMatchObject({ firing: 0 });
      await store().pass(5);
      await hear('main', aToldAlert({ startsAt: then - minute, status: 'resolved', endsAt: then + minute }));
      expect(await ask({ about: 'before' }, then + 2 * minute)).toMatchObject({
        ...{ firing: 0, unsure: 1, alerts: [{ stands: 'unconfirmed' }] },
      });
      await store().pass(5);
      await hear('main', aWatchdog);
      expect(await ask({ about: 'before' }, then)).toMatchObject({ firing: 1 });
      expect(await ask({ about: 'before' }, then + 2 * minute)).toMatchObject({ firing: 0 });
    });

    it('one that was told of by then fired then, whatever its clock says', async () => {
      await hear('main', aToldAlert({ startsAt: began + 10 * minute }));
      expect(await ask({ about: 'before' })).toMatchObject({ firing: 1, unsure: 0 });
      expect(await ask({ about: 'before' }, began - minute)).toMatchObject({ firing: 0, unsure: 0 });
    });

    it('hundreds of questions are answered in their order', async () => {
      const services = Array.from({ length: 300 }, (_, n) => `svc-${n}`);
      const told = services.filter((_, n) => n % 3 === 0).map((service) => aToldAlert({ service }));
      await hear('main', ...told);
      const asked = services.map((service) => question({ labels: labelsOf(service) }));
      const seen = await store().alerts.readAlerts(asked, began + 2 * minute, new AbortController().signal);
      expect(seen.map(({ firing }) => firing)).toEqual(services.map((_, n) => (n % 3 === 0 ? 1 : 0)));
    });
  });
}
