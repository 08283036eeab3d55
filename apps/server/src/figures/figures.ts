import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** A takeover is due within a second; a lease lasts two. */
const runBuckets = [0.01, 0.05, 0.2, 0.5, 1, 2, 5, 15, 60];

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
    missedSlots: new Counter({
      name: 'lastgood_missed_slots_total',
      help: 'Slots of a chunk that nobody judged, as this replica found them: unclaimed, unfinished when the next was claimed, discarded because it came after a newer one.',
      labelNames: ['how'],
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
    runDuration: new Histogram({
      name: 'lastgood_run_duration_seconds',
      help: 'From the start of a run to its end, by how it ended: done, stopped, cancelled.',
      labelNames: ['outcome'],
      buckets: [1, 5, 15, 30, 60, 120, 300, 600, 1800],
      registers,
    }),
    runLateness: new Histogram({
      name: 'lastgood_run_lateness_seconds',
      help: 'How long a run that was due waited for this replica.',
      buckets: runBuckets,
      registers,
    }),
    stepDuration: new Histogram({
      name: 'lastgood_run_step_duration_seconds',
      help: 'From the first attempt of a step to its end, waiting included, by kind and outcome.',
      labelNames: ['step', 'outcome'],
      buckets: [0.05, 0.2, 1, 5, 15, 30, 60, 120, 300, 600],
      registers,
    }),
    takeovers: new Counter({
      name: 'lastgood_run_takeovers_total',
      help: 'Runs this replica took over from one that was gone.',
      registers,
    }),
    takeoverGap: new Histogram({
      name: 'lastgood_run_takeover_seconds',
      help: 'How long nobody worked on a run before this replica took it over.',
      buckets: runBuckets,
      registers,
    }),
    leasesHeld: new Gauge({
      name: 'lastgood_leases_held',
      help: 'Runs this replica holds under a lease.',
      registers,
    }),
    leasesLost: new Counter({
      name: 'lastgood_leases_lost_total',
      help: "Leases that were another one's when this replica needed them, or that were taken back by a person.",
      registers,
    }),
    leaseRenewal: new Histogram({
      name: 'lastgood_lease_renew_duration_seconds',
      help: 'How long the database took to renew a lease.',
      buckets: [0.002, 0.01, 0.05, 0.2, 0.5, 1, 2],
      registers,
    }),
    loopFaults: new Counter({
      name: 'lastgood_loop_faults_total',
      help: 'Passes of a loop that ended in an unexpected fault.',
      labelNames: ['loop'],
      registers,
    }),
    unreadableRows: new Counter({
      name: 'lastgood_unreadable_rows_total',
      help: 'Rows left out of the work of a loop because this version cannot read them, by table.',
      labelNames: ['table'],
      registers,
    }),
    notificationsGivenUp: new Counter({
      name: 'lastgood_notifications_given_up_total',
      help: 'Messages that this replica gave up: refused for an hour, or not taken for a day, by notifier.',
      labelNames: ['notifier'],
      registers,
    }),
    alertMessages: new Counter({
      name: 'lastgood_alert_messages_total',
      help: 'Messages in which others told of alerts, by who told and outcome: heard, heard-in-part, refused, put-off.',
      labelNames: ['source', 'outcome'],
      registers,
    }),
    latePages: new Counter({
      name: 'lastgood_late_pages_total',
      help: 'Pages that were refused for two minutes, or not taken for five, and are still tried, by notifier and by who is told besides: fallback, nobody.',
      labelNames: ['notifier', 'told'],
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
