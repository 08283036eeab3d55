import { startBenchPostgres } from './executor/postgres.ts';
import { fillWithFleet } from './triggers/watched-fleet.ts';
import { triggers, fillSeconds } from './triggers/fleet.ts';
import { startScrapedPrometheus } from './triggers/scraped-prometheus.ts';
import { openWholeTick } from './triggers/whole-tick.ts';
const n = Number(process.env.N ?? 500);
const p = await startBenchPostgres();
const prom = await startScrapedPrometheus(n);
try {
const url = await p.createDatabase('a');
const t=performance.now();
await fillWithFleet(url, n, { name: 'seed', description: '', triggers }, Date.now());
console.log('filled', performance.now()-t);
await new Promise(r=>setTimeout(r, fillSeconds*1000));
const at = await prom.freeze();
const whole = await openWholeTick({prometheus: prom.url, databaseUrl: url, at, from: Date.now()});
for (let i=0;i<Number(process.env.T ?? 12);i++){ const c0=process.cpuUsage(); const pc=(await p.spent()).cpuMs; const r= await whole.tick(); const c=process.cpuUsage(c0); 
console.log(i, Math.round(r.ms), r.deployments, r.answers.size, 'own cpu', Math.round((c.user+c.system)/1000), 'pg', (await p.spent()).cpuMs-pc, [...new Set([...r.answers.values()].filter(v=>Number.isNaN(Number(v))))]);}
await whole.close();
} finally { await prom.stop(); await p.stop(); }
