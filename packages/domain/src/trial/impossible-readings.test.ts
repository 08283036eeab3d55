import { expect, it } from 'vitest';
import { acceptTrial } from './accept-trial.ts';

const trigger = { kind: 'alert', name: 'told', severity: 'auto_rollback', labels: { alertname: 'A' } };
const faultsOf = (over: object, of: object = {}) => {
  const read = acceptTrial({ name: 'one', trigger: { ...trigger, ...of }, ...over }, []);
  return Array.isArray(read) ? read.map(({ path }) => path) : [];
};

it.each(['none', 'nan', 'ambiguous', '0 0.5', '-1', '0 inf', '0+0.5x2'])(
  'a test of told alerts has no reading %s',
  (readings) => {
    const onNoData = 'breach';
    expect(faultsOf({ readings, events: [] }, { onNoData })).toContain('/readings');
    expect(faultsOf({ readings: '0x3 1x3', before: readings.split(' ').at(-1), events: [] })).toContain(
      '/before',
    );
  },
);

it('but whole numbers, slots without an answer and slots without anybody', () => {
  for (const readings of ['0x3 1x3', '0+1x3', 'unreachable 2', '0 missed 1'])
    expect(faultsOf({ readings, before: '1', events: [] })).toEqual([]);
});
