import { pino } from 'pino';
import { buildTestApp } from './http/app-harness.ts';
import { defaultLimits } from './lanes/lane-limits.ts';

const logger = process.env.NOLOG ? null : pino({ level: process.env.LEVEL ?? 'info' });
const { app } = await buildTestApp(
  { listRuns: async () => ({ items: [], next: null }) } as any,
  {
    logger,
    laneLimits: { ...defaultLimits, reading: { perSecond: Number(process.env.PER ?? 1), atOnce: 6 } },
  } as any,
);
const url = await app.listen({ port: 0, host: '127.0.0.1' });
process.send?.(url);
let last = process.cpuUsage();
process.on('message', () => {
  const u = process.cpuUsage(last);
  process.send?.(u.user + u.system);
  last = process.cpuUsage();
});
process.on('disconnect', () => process.exit());
