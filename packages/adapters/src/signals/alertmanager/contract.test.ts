import type { ToldAlert } from '@lastgood/domain/alert/told-alert';
import { signalsContract } from '@lastgood/testkit/contracts/signals';
import { alertmanager } from './vendor.ts';

const instant = (at: number) => new Date(at).toISOString();

/** As its webhook posts it. */
function posted(alerts: readonly ToldAlert[]): Uint8Array {
  const body = {
    ...{ receiver: 'lastgood', status: 'firing', version: '4', groupKey: '{}:{}', truncatedAlerts: 0 },
    ...{ groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: 'http://alertmanager:9093' },
    alerts: alerts.map(({ startsAt, endsAt, ...alert }) => ({
      ...{ ...alert, annotations: { summary: 'Many errors' }, generatorURL: 'http://prometheus:9090/graph' },
      startsAt: instant(startsAt),
      endsAt: endsAt === null ? '0001-01-01T00:00:00Z' : instant(endsAt),
    })),
  };
  return new TextEncoder().encode(JSON.stringify(body));
}

signalsContract('Alertmanager', () => ({
  source: alertmanager.create({ name: 'main', settings: {} }),
  written: posted,
}));
