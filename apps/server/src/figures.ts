import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Lastgood's own figures for `/metrics`. Durations in seconds, as Prometheus has them. */
export function createFigures() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Histogram({
      name: 'lastgood_http_request_duration_seconds',
      help: 'Duration of HTTP requests.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    }),
    slots: new Counter({
      name: 'lastgood_slots_total',
      help: 'Slots this replica judged at least one chunk of, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    slotLateness: new Histogram({
      name: 'lastgood_slot_lateness_seconds',
      help: 'How long after its slot a chunk was judged.',
      buckets: [0.05, 0.2, 0.5, 1, 2, 5, 10, 30],
      registers,
    }),
    watched: new Gauge({
      name: 'lastgood_watched_deployments',
      help: 'Deployments this replica judged in its last slot.',
      registers,
    }),
    automatic: new Counter({
      name: 'lastgood_automatic_rollbacks_total',
      help: 'Rollbacks queued by a decision of this replica.',
      registers,
    }),
    runMoves: new Counter({
      name: 'lastgood_run_moves_total',
      help: 'What this replica did with runs: claimed, taken-over, finished, lease-lost.',
      labelNames: ['move'],
      registers,
    }),
    steps: new Counter({
      name: 'lastgood_run_steps_total',
      help: 'Attempts of steps by kind and outcome.',
      labelNames: ['step', 'outcome'],
      registers,
    }),
    loopFaults: new Counter({
      name: 'lastgood_loop_faults_total',
      help: 'Passes of a loop that ended in an unexpected fault.',
      labelNames: ['loop'],
      registers,
    }),
    sourceUp: new Gauge({
      name: 'lastgood_source_up',
      help: 'Whether an outside system answers.',
      labelNames: ['kind', 'name'],
      registers,
    }),
    liveClients: new Gauge({
      name: 'lastgood_live_clients',
      help: 'Open websockets.',
      registers,
    }),
  };
}

export type Figures = ReturnType<typeof createFigures>;
