import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type OutsideKind, outageImpact, type ServiceUses } from './outage.ts';

const uses = (name: string, over: Partial<ServiceUses> = {}): ServiceUses => ({
  ...{ key: `prod/shop/${name}`, name, cluster: 'prod', metricSource: 'main', watched: false },
  signals: ['main'],
  notifiers: ['pager'],
  places: ['pager'],
  ...over,
});

const many = Array.from({ length: 61 }, (_, n) => uses(`svc-${String(n).padStart(2, '0')}`));

describe('what an outage means', () => {
  test('of a metric source: which services cannot be judged, those under watch named first', () => {
    const services = [...many, uses('checkout', { watched: true }), uses('far', { metricSource: 'other' })];
    expect(outageImpact({ kind: 'metrics', name: 'main' }, services)).toMatchObject({
      watched: 1,
      sentence:
        '62 services cannot be judged: checkout, svc-00, svc-01, svc-02, svc-03 and 57 more. 1 of them is watched now.',
      meanwhile: expect.stringContaining('automatic rollbacks wait, the button works'),
    });
  });

  test.each([
    [[], 'automatic rollbacks wait, the button works.'],
    [['stage'], 'automatic rollbacks wait, the button works.'],
    [['far'], 'automatic rollbacks wait, the button works except in cluster far.'],
    [['far', 'prod'], 'automatic rollbacks wait, and the button cannot work without clusters far, prod.'],
  ])('of a metric source while the clusters %j are away too', (dead, words) => {
    const away = dead.map((name) => ({ kind: 'cluster', name }) as const);
    const services = [uses('web'), uses('db', { key: 'far/shop/db', cluster: 'far' })];
    expect(outageImpact({ kind: 'metrics', name: 'main' }, services, away).meanwhile).toContain(words);
  });

  test.each<[OutsideKind, string, string]>([
    [
      'cluster',
      'prod',
      '2 services cannot be seen or rolled back: cart and web. All of them are watched now.',
    ],
    [
      'notifier',
      'pager',
      'What happens to 2 services is not told there: cart and web. All of them are watched now.',
    ],
    [
      'postgres',
      'postgres',
      '2 services cannot be judged or changed: cart and web. All of them are watched now.',
    ],
    ['signals', 'main', '2 services cannot be judged by alerts: cart and web. All of them are watched now.'],
    ['signals', 'other', 'No declared service needs it.'],
    ['cluster', 'stage', 'No declared service needs it.'],
    ['notifier', 'chat', 'No declared service needs it.'],
  ])('of the %s %s: %s', (kind, name, sentence) => {
    const services = [uses('web', { watched: true }), uses('cart', { watched: true })];
    expect(outageImpact({ kind, name }, services).sentence).toBe(sentence);
  });

  test('of some places of a notifier: which services are told there', () => {
    const at = (to: string) => [`chat (${to})`];
    const services = [uses('mail', { places: at('C0NIGHT') }), uses('cart', { places: at('C0OPS') })];
    const system = { kind: 'notifier', name: 'chat', places: at('C0NIGHT') } as const;
    expect(outageImpact(system, services)).toMatchObject({
      services: ['prod/shop/mail'],
      sentence: 'What happens to 1 service is not told at chat (C0NIGHT): mail.',
    });
  });

  test('whatever is declared, a system that is away concerns exactly the services that use it', () => {
    const name = fc.constantFrom('one', 'two', 'three');
    const service = fc.record({
      ...{ key: fc.uuid(), name: fc.string(), cluster: name },
      ...{
        metricSource: fc.option(name),
        watched: fc.boolean(),
        signals: fc.array(name),
        notifiers: fc.array(name),
        places: fc.array(name),
      },
    });
    fc.assert(
      fc.property(fc.array(service, { maxLength: 40 }), name, (services, away) => {
        const judged = outageImpact({ kind: 'metrics', name: away }, services);
        const seen = outageImpact({ kind: 'cluster', name: away }, services);
        for (const { key, cluster, metricSource } of services) {
          expect(judged.services.includes(key)).toBe(metricSource === away);
          expect(seen.services.includes(key)).toBe(cluster === away);
        }
        expect(
          judged.services
            .slice(judged.watched)
            .every((key) => !services.find((one) => one.key === key)?.watched),
        ).toBe(true);
      }),
    );
  });
});
