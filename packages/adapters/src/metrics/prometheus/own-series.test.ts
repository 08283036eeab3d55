import { startPrometheusServer } from '@lastgood/testkit/servers/prometheus-server';
import { describe, expect, it } from 'vitest';
import { createPrometheus } from './prometheus.ts';

const at = 1_700_000_015_000;

async function readOne(template: string, ...metrics: Record<string, string>[]) {
  const series = metrics.map((metric) => ({ metric, value: '1' }));
  const server = await startPrometheusServer(() => ({ kind: 'vector', series }));
  const source = createPrometheus({ url: server.url });
  const question = { template, variables: { SERVICE: 'cart', NAMESPACE: 'shop' } };
  const [answer] = await source.read([question], at, AbortSignal.timeout(20_000));
  await source.close();
  await server.close();
  return answer?.reading.kind;
}

describe('an answer to one query', () => {
  it.each<[string, Record<string, string>]>([
    ['x{service="$SERVICE"}', { __name__: 'x', service: 'cart', pod: 'a' }],
    ['x{service=~"$SERVICE"}', { service: 'cart' }],
    ['sum(x{service="$SERVICE"})', {}],
    ['sum by (pod) (x{service="$SERVICE"})', { pod: 'a' }],
    ['sum by (service) (x{service="$SERVICE"})', { service: 'cart' }],
    ['max(x{pod=~"$SERVICE-.*",namespace="$NAMESPACE"})', {}],
    [
      'label_replace(x{service="$SERVICE"}, "who", "$1", "service", "(.*)")',
      { service: 'cart', who: 'cart' },
    ],
    ['absent(x{service="$SERVICE"})', { service: 'cart' }],
    ['x{service="a"}', { service: 'a' }],
  ])('%s may be %j', async (template, metric) => {
    expect(await readOne(template, metric)).toBe('value');
  });

  it.each<[string, Record<string, string>]>([
    ['x{service="$SERVICE"}', { service: 'mail' }],
    ['x{service="$SERVICE"} / 2', { service: 'cart-2' }],
    ['sum(x{service="$SERVICE"})', { service: 'mail' }],
    ['sum(x{service="$SERVICE"})', { pod: 'cart-1' }],
    ['sum by (pod) (x{service="$SERVICE"})', { zone: 'a' }],
    ['max(x{pod=~"$SERVICE-.*",namespace="$NAMESPACE"})', { pod: 'cart-1' }],
  ])('%s cannot be %j', async (template, metric) => {
    expect(await readOne(template, metric)).toBe('unreachable');
  });

  it('says of many that are not asked for that it is no answer, not how many they are', async () => {
    const both = [{ service: 'cart' }, { service: 'mail' }];
    expect(await readOne('x{service="$SERVICE"}', ...both)).toBe('unreachable');
  });
});
