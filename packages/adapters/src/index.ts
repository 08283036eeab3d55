export { metricSources } from './metrics/index.ts';
export { notifiers } from './notifiers/index.ts';
export { probes } from './probe/index.ts';
export { rolloutVendors } from './rollout/index.ts';
