/**
 * The files that hardly compute, the longest first: they wait for windows, holds and slots of a real length. They run beside
 * what computes; every other file has its turn after that.
 */
export const waitingFiles = [
  ...['real-defaults.test.ts', 'real-prometheus.test.ts', 'automatic-rollback.test.ts'],
  ...['stopped-half-way.test.ts', 'standing-breach.test.ts'],
];
